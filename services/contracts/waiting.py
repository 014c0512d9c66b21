"""What `media` answers of the waiting room: who waits for whom since when, and what agents do about it.

Each room has one agent who looks after it, its *keeper*: the appointment's, until it is handed over or
somebody takes it over.  Any agent may.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts import media_errors as m
from services.contracts.media import IN_TIME, Participant, RoomStatus, RoomView
from services.contracts.wire import Request, rpc, value

WAITING_AS = (
    "new",  # joined, and not let in yet
    "returned",  # was in the call before and has come back, and no agent is there
    "sent_back",  # the agent has sent him back to the waiting room
)

OUTCOMES = ("held", "no_show", "technical_failure")

WAITS = (
    "off",  # the installation gives no estimate
    "here",  # an agent is in the room already
    "free",  # the keeper has nobody else: from the start of the slot, `expected_at`
    "busy",  # he has others until `expected_at`, by their slots
    "unknown",  # he has others, and nobody can know how long: a slot that is exceeded, somebody who came back
    "missing",  # nobody came in time: the alarm was raised
)

_IN_ROOM = (e.NotAllowed, *IN_TIME)


@value
class WaitingRoom:
    """Who waits, and which rooms have nobody, all agents' together."""

    waiting: tuple[RoomStatus, ...]
    """In the order in which they can be taken: by their coming, nobody before his slot.  Who came back
    stands among the others; from the end of his slot on after all whose turn it is by then."""
    unattended: tuple[RoomStatus, ...]
    """Rooms without an agent some minutes after the start of their slot, the oldest first."""


@rpc("media", reply=WaitingRoom, repeatable=True, errors=())
class ListWaiting(Request[WaitingRoom]):
    """The waiting room as agents see it, now."""


@value
class Wait:
    """What a citizen who waits may expect.  Taken from calls and calendar, never guessed."""

    state: str
    """One of WAITS."""
    ahead: int = 0
    """How many wait for the same agent and came before."""
    expected_at: datetime | None = None
    """Not before: the agent's slots and his minute of wrap-up after each call add up to this."""


@rpc("media", reply=Wait, repeatable=True, errors=_IN_ROOM)
class EstimateWait(Request[Wait]):
    """When somebody who waits can be taken.  Errors: NotAllowed(join), and those of JoinRoom."""

    room_id: str
    participant: Participant


@rpc("media", reply=RoomView, repeatable=True, errors=(m.RoomFull, *_IN_ROOM))
class TakeOver(Request[RoomView]):
    """An agent comes in and looks after the room from now on; repeatable.

    Errors: NotAllowed(take_over) for who is no agent, and those of JoinRoom.
    """

    room_id: str
    participant: Participant


@rpc("media", reply=RoomView, repeatable=True, errors=_IN_ROOM)
class HandOver(Request[RoomView]):
    """The agent who is in the room gives it to a colleague, who finds it among his own; repeatable.

    Whoever hands over stays until he leaves: the citizen is not left alone by it.
    Errors: NotAllowed(hand_over) for who is not in the room, InvalidField(agent_id), and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    agent_id: str
    """The colleague; the asker has made sure that there is such an agent."""


@rpc("media", reply=RoomView, repeatable=True, errors=_IN_ROOM)
class SendBack(Request[RoomView]):
    """The citizen goes back to the waiting room until he is let in again; repeatable.

    Everybody's picture and sound end, on the node too.
    Errors: NotAllowed(send_back) for who is no agent in the room, and those of JoinRoom.
    """

    room_id: str
    participant: Participant


@rpc("media", reply=RoomView, repeatable=True, errors=_IN_ROOM)
class RecordOutcome(Request[RoomView]):
    """How it went, as the agent says; ConsultationEnded tells it again.  The last one counts.

    Errors: NotAllowed(record) for who was not there as an agent, InvalidField(outcome, choice), and those of
    JoinRoom.
    """

    room_id: str
    participant: Participant
    outcome: str
    """One of OUTCOMES."""
