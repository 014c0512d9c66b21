"""What `media` answers of guests: a second agent or an interpreter, invited into one room by the agent in it.

A guest comes by a link of his own, which the gateway makes and nobody stores.  He is a participant of his own
(GUEST, `guest_id`), waits until an agent lets him in, and is out at once when the invitation is revoked.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts import media_errors as m
from services.contracts.media import IN_TIME, Participant
from services.contracts.wire import Request, rpc, value

GUEST = "guest"
"""The role."""
INTERPRETER = "interpreter"
KINDS = (INTERPRETER, "colleague")
STATES = (
    "sent",  # not come yet
    "waits",  # here, and not let in
    "here",  # let in
    "away",  # let in, and gone for now
    "expired",  # not let in while the invitation lasted
    "revoked",
)
LINK_PLACE = "guest of {room_id}"
"""What a guest's link names in the place of an appointment, so that it opens nothing as a citizen's."""
LINK_GENERATION = 1
"""Of every such link: it is revoked by the invitation, not by its number."""
_BY_AGENT = (e.NotAllowed, *IN_TIME)


@value
class Invitation:
    guest_id: str
    """His participant id in this room."""
    kind: str
    """One of KINDS."""
    until: datetime
    """He has to be let in before; after that he may come and go as everybody."""
    state: str
    """One of STATES."""


@value
class Invitations:
    invitations: tuple[Invitation, ...]
    """The oldest first, revoked ones too."""


@rpc("media", reply=Invitation, errors=(*_BY_AGENT, m.RoomFull))
class InviteGuest(Request[Invitation]):
    """Make an invitation; the same key makes one.

    Errors: NotAllowed(invite) for who is no agent in the room, InvalidField(kind), RoomFull for more than can
    be in a room, and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    kind: str
    idempotency_key: str


@rpc("media", reply=Invitations, repeatable=True, errors=_BY_AGENT)
class ListInvitations(Request[Invitations]):
    """Errors: NotAllowed(invite), and those of JoinRoom."""

    room_id: str
    participant: Participant


@rpc("media", reply=Invitations, repeatable=True, errors=_BY_AGENT)
class LetGuestIn(Request[Invitations]):
    """He may connect from now on; repeatable.

    Errors: NotFound(guest) for one who is not invited any more, NotAllowed(invite), and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    guest_id: str


@rpc("media", reply=Invitations, repeatable=True, errors=_BY_AGENT)
class RevokeInvitation(Request[Invitations]):
    """His link is void, and he is out, on the node too; repeatable.

    Errors: NotFound(guest), NotAllowed(invite), and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    guest_id: str
