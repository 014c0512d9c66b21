"""What is written to who is invited to a space."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.members import MemberInvited
from services.notify.domain.delivery import INVITATION, Message
from services.notify.usecases import Notifier


@dataclass(frozen=True, slots=True)
class Invitations:
    """The event may come twice: each sending of each invitation is one message."""

    notifier: Notifier

    def invited(self, event: MemberInvited) -> None:
        message = Message(INVITATION, "", event.sending, event.invitation_id, space_id=event.space_id)
        self.notifier.notify(message)
