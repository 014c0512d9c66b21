"""What is written to who is invited to a space."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts import notify as contract
from services.contracts.errors import InvalidField
from services.contracts.members import MemberInvited
from services.notify.domain.delivery import INVITATION, Message
from services.notify.usecases import Notifier

_MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Invitations:
    """The event may come twice: each sending of each invitation is one message."""

    notifier: Notifier

    def invited(self, event: MemberInvited) -> None:
        self.notifier.notify(_message(event.space_id, event.invitation_id, event.sending))

    def mails(self, request: contract.ListInvitationMails) -> contract.InvitationMails:
        """Errors: InvalidField(sendings, too_long)."""
        if len(request.sendings) > _MOST_LISTED:
            raise InvalidField("sendings", "too_long")
        ids = {
            _message(request.space_id, invitation_id, sending).delivery_id: invitation_id
            for invitation_id, sending in request.sendings.items()
        }
        states = self.notifier.deliveries.states(list(ids))
        return contract.InvitationMails(states={ids[found]: state for found, state in states.items()})


def _message(space_id: str, invitation_id: str, sending: int) -> Message:
    return Message(INVITATION, "", sending, invitation_id, space_id=space_id)
