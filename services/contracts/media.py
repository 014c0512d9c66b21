"""What `media` answers and tells: rooms, admission, calls.

A room's id is its appointment's id.  T0 is the start of the slot, T1 its stored
end; every interval is half-open.  Names of people are not known here: a
participant is an id and a role, the gateway has the words.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts import media_errors as m
from services.contracts.sfu import SlotHolder
from services.contracts.wire import Request, rpc, value

CITIZEN = "citizen"
AGENT = "agent"

AT_THIS_TIME = (e.NotFound, m.TooEarly, m.TooLate, m.RoomForgotten)
CHANGED = (e.NotFound, e.StaleVersion)
IN_TIME = (*AT_THIS_TIME, m.RoomClosed, e.StaleVersion)
_JOINED = (*IN_TIME, m.RoomFull)
_CONNECTED = (m.NotAdmitted, m.NoMediaNode, m.LinesBusy, m.BadOffer, m.ConnectedElsewhere, *_JOINED)

PHASES = (
    "early",  # before T0 - 15 min: countdown, device check
    "open",  # [T0 - 15 min, T1) and not joined yet: "go to the waiting room", "join the call"
    "waiting",  # joined (for an agent: a citizen has), the agent has not admitted yet
    "admitted",  # the call is on: join, then connect
    "late",  # T1 reached, never joined: a new appointment is needed
    "documents",  # ended: documents and messages only, until forgotten
    "forgotten",  # everything is gone
    "cancelled",  # the appointment was cancelled
)
"""What a participant may do now; decided by one pure function in `media`."""


@value
class Participant:
    """Who acts: `participant_id` is the link's recipient for a citizen, the staff id for an agent."""

    participant_id: str
    role: str
    """`citizen`, `agent`, or `guests.GUEST`."""


@value
class Done:
    """Nothing else to say."""


# --- rooms ----------------------------------------------------------------------


@rpc("media", reply=Done, repeatable=True, errors=(m.RoomForgotten,))
class OpenDraftRoom(Request[Done]):
    """Make a room with its own key for a hold, so that an identity copy has a place; repeatable.

    Errors: RoomForgotten for a hold that has lapsed.
    """

    room_id: str


@value
class RoomView:
    """One participant's view of a room at `seen_at`."""

    room_id: str
    phase: str
    seen_at: datetime
    opens_at: datetime
    """T0 - 15 min."""
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    """T1 + 30 min: the call ends by itself."""
    forget_at: datetime | None
    """Ended + 24 h, or the end itself where nobody came; None while nothing has ended."""
    citizen_waiting_since: datetime | None
    """Since when the first of the citizens who are here waits to be let in, or for an agent to come back."""
    agents_present: tuple[str, ...]
    admitted: bool
    """The citizen was let in, and not sent back since."""
    waiting_as: str = ""
    """One of `waiting.WAITING_AS`; empty where nobody waits."""
    keeper_id: str = ""
    """The agent who looks after it, here or not."""
    agent_missing_since: datetime | None = None
    """Since when it has been too long without an agent; None while it has not."""
    outcome: str = ""
    """Of `waiting.OUTCOMES`, as the agent has recorded it, or else as it was; empty before the end."""


@rpc("media", reply=RoomView, repeatable=True, errors=(e.NotFound,))
class LookAtRoom(Request[RoomView]):
    """What this participant may do now.  Changes nothing.  Errors: NotFound(room)."""

    room_id: str
    participant: Participant


@value
class RoomStatus:
    """One line of the console's list."""

    room_id: str
    phase: str
    """As the agent sees it."""
    starts_at: datetime
    citizen_waiting_since: datetime | None
    agents_present: tuple[str, ...]
    admitted: bool
    waiting_as: str = ""
    keeper_id: str = ""
    agent_missing_since: datetime | None = None
    """The rest as in RoomView."""


@value
class RoomStatuses:
    rooms: tuple[RoomStatus, ...]


@rpc("media", reply=RoomStatuses, repeatable=True, errors=())
class ListRooms(Request[RoomStatuses]):
    """Rooms whose slot starts in [first, last), in order of start; at most 48 hours."""

    first: datetime
    last: datetime


@value
class Identified:
    """How somebody who joins has proved who he is: told to the room, and kept in its sealed log alone."""

    name: str
    method: str
    level: str
    """Both as in `booking.Assurance`."""


@rpc("media", reply=RoomView, repeatable=True, errors=_JOINED)
class JoinRoom(Request[RoomView]):
    """ "Join the call": the citizen waits for the agent, the agent is present; repeatable.

    Errors: TooEarly(opens_at), TooLate, RoomClosed, RoomForgotten, RoomFull, NotFound(room),
    StaleVersion(room), InvalidField.
    """

    room_id: str
    participant: Participant
    identified: Identified | None = None
    """Of a citizen who has logged in."""


@rpc("media", reply=RoomView, repeatable=True, errors=CHANGED)
class LeaveRoom(Request[RoomView]):
    """Go away for now; coming back is decided by the same admission.

    Errors: NotFound(room), StaleVersion(room).
    """

    room_id: str
    participant: Participant


@rpc("media", reply=RoomView, repeatable=True, errors=(e.NotAllowed, *_JOINED))
class AdmitCitizen(Request[RoomView]):
    """The agent lets the call begin, and is in the room from then on if he was not; repeatable.

    Errors: NotAllowed(admit) without a citizen who has joined, and those of JoinRoom.
    """

    room_id: str
    participant: Participant


@rpc("media", reply=RoomView, repeatable=True, errors=(e.NotAllowed, *IN_TIME))
class EndCall(Request[RoomView]):
    """The agent ends the call: everybody is disconnected, the 24 hours begin; repeatable.

    Errors: NotAllowed(end) for who is no agent or not in the room, and those of JoinRoom.
    """

    room_id: str
    participant: Participant


@rpc("media", reply=RoomView, repeatable=True, errors=(e.NotAllowed, *IN_TIME))
class ReopenCall(Request[RoomView]):
    """The agent takes an end back, until T1 + 30 min.

    Errors: NotAllowed(reopen) for who is no agent, RoomClosed where it is too late, and those of JoinRoom.
    """

    room_id: str
    participant: Participant


# --- the call -------------------------------------------------------------------


@value
class CallAnswer:
    """The SFU's answer to an offer; `SIGNALLING.md` says how the two are read."""

    answer_sdp: str
    node_id: str
    epoch: int
    slot: int
    """The caller's own slot in the room, `sfu.Answer.slot`."""
    slots: tuple[SlotHolder, ...]
    """Who is in which receiving slot; the log's `connected` entries tell of later ones."""


@rpc("media", reply=CallAnswer, timeout=8.0, repeatable=True, errors=_CONNECTED)
class ConnectToCall(Request[CallAnswer]):
    """Place the room on a node if need be and hand it this participant's offer.

    Errors: NotAdmitted, NoMediaNode, LinesBusy(ahead), BadOffer(reason), ConnectedElsewhere,
    InvalidField(page), and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    offer_sdp: str
    page: str = ""
    """Which of the participant's pages asks: the newest has the call (log entry `elsewhere`)."""
    resumes: bool = False
    """It comes back after a loss, and does not take the call from a newer page."""
