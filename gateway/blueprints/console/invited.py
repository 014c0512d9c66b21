"""Who is invited into a room beside citizen and agent, and the link of each."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.backends import ask
from gateway.guest_access import guest_link
from gateway.room_access import RoomAccess
from services.contracts.errors import PlatformError
from services.contracts.guests import Invitation, ListInvitations


@dataclass(frozen=True)
class Guest:
    """One invitation, with the link that leads to it."""

    invitation: Invitation
    link: str


def guests_of(access: RoomAccess) -> tuple[Guest, ...]:
    """Those whose invitation still counts; nobody for an agent who is not in the room."""
    try:
        found = ask(ListInvitations(room_id=access.room_id, participant=access.participant)).invitations
    except PlatformError:
        return ()
    return tuple(
        Guest(invitation, guest_link(access.room_id, invitation.guest_id))
        for invitation in found
        if invitation.state not in ("revoked", "expired")
    )
