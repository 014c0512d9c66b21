"""Who is invited into a room beside citizen and agent, and the link of each."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.backends import ask
from gateway.guest_access import guest_link
from gateway.room_access import RoomAccess
from services.chassis.ids import new_id
from services.contracts.errors import NotFound, PlatformError
from services.contracts.guests import Invitation, ListInvitations


@dataclass(frozen=True)
class Guest:
    """One invitation, with the link that leads to it."""

    invitation: Invitation
    link: str
    mail_key: str
    """Of the form that mails the link: a second click sends no second mail."""


def guests_of(access: RoomAccess) -> tuple[Guest, ...]:
    """All but those who were revoked; nobody for an agent who is not in the room."""
    try:
        found = _invitations(access)
    except PlatformError:
        return ()
    return tuple(
        Guest(invitation, guest_link(access.room_id, invitation.guest_id), new_id())
        for invitation in found
        if invitation.state != "revoked"
    )


def still_awaited(access: RoomAccess, guest_id: str) -> Invitation:
    """An invitation to which nobody has come yet.

    Errors: NotFound(guest) where there is none, and those of ListInvitations.
    """
    found = (invitation for invitation in _invitations(access) if invitation.guest_id == guest_id)
    invitation = next(found, None)
    if invitation is None or invitation.state != "sent":
        raise NotFound("guest")
    return invitation


def _invitations(access: RoomAccess) -> tuple[Invitation, ...]:
    return ask(ListInvitations(room_id=access.room_id, participant=access.participant)).invitations
