"""What an SFU node answers and tells: transports of participants, nothing of appointments or people.

Every node is a bus service of its own: its name on the bus is `node_name(node_id)`, so a request declared
here for `sfu` goes to the queue `rpc-sfu-<node_id>` with the routing key `sfu-<node_id>.<method>`.  Events of
all nodes share the source `sfu`.  A node reaches the broker and nothing else: `occurred_at` is the host's own
clock, not the platform's, and no business rule may lean on it.
"""

from __future__ import annotations

from services.contracts import errors as e
from services.contracts import media_errors as m
from services.contracts.wire import Event, Request, event, rpc, value

MAX_PARTICIPANTS = 6
"""People in one room, and so receiving slots in an offer (`services/media/SIGNALLING.md`)."""

ROOM_PLACES = 2
"""Kept for each room on its node, whoever is there: a call has two people."""

ANNOUNCE_SECONDS = 1.0
"""Between two announcements of a node; several missing ones mean that it is dead."""

DISCONNECT_REASONS = (
    "left",  # asked for by DisconnectParticipant
    "closed",  # CloseRoom, or a newer epoch of the room
    "silent",  # no packet for ten seconds
    "failed",  # ICE or DTLS did not come up, or broke
    "drained",  # the node stops
)


def node_name(node_id: str) -> str:
    """Name of a node's own service on the bus."""
    return f"sfu-{node_id}"


@value
class Done:
    """Nothing else to say."""


@value
class SlotHolder:
    """Receiving slot `slot` of *everybody* in the room carries this participant; kept over reconnections."""

    slot: int
    participant_id: str


@value
class Answer:
    """The SFU's answer: complete with candidates, nothing trickles."""

    answer_sdp: str
    slot: int
    """The caller's own: his receiving slot of that number stays silent."""
    slots: tuple[SlotHolder, ...]
    """Everybody in the room now, the caller included; later ones are told by `participant_connected.v1`."""


@rpc(
    "sfu",
    reply=Answer,
    timeout=4.0,
    repeatable=True,
    errors=(m.BadOffer, m.RoomFull, e.StaleVersion, m.NoMediaNode),
)
class ConnectParticipant(Request[Answer]):
    """Give a participant a transport in a room, which is made if need be.

    The same offer again gets the same answer; another offer replaces the participant's transport without a
    disconnection being told, or, from the same peer connection, restarts ICE on it.

    Errors: BadOffer(reason), RoomFull, StaleVersion(room) for an older epoch than one seen, NoMediaNode for a
    new room on a draining or full node, and for one person more than ROOM_PLACES on a full one.
    """

    room_id: str
    participant_id: str
    epoch: int
    """Fencing number of the room's placement; a higher one first closes what there is of the room here."""
    offer_sdp: str
    lasts_seconds: float = 0.0
    """Of a room that is no call (a device check): the node closes it that long after it was made, whatever
    else happens, and does not count it among its calls.  0: until it is closed."""


@rpc("sfu", reply=Done, repeatable=True, errors=())
class DisconnectParticipant(Request[Done]):
    """Close this participant's transport; nothing happens if there is none."""

    room_id: str
    participant_id: str
    epoch: int = 0
    """Of the placement that is meant: a later one is left alone.  0: whichever it is."""


@rpc("sfu", reply=Done, repeatable=True, errors=())
class CloseRoom(Request[Done]):
    """Close every transport of the room; nothing happens if there is none."""

    room_id: str
    epoch: int = 0
    """As in DisconnectParticipant."""


@rpc("sfu", reply=Done, repeatable=True, errors=())
class Drain(Request[Done]):
    """Take no new rooms from now on; those that are here stay until they are closed.

    A process that was told to stop drains whatever is asked.
    """

    on: bool = True
    """False: take new ones again."""


@event("sfu")
class NodeAnnounced(Event):
    """A node's load, every second; transient: an old one is worth nothing."""

    node_id: str
    address: str
    """Announced media address."""
    port: int
    """Its one UDP port."""
    packets_per_s: int
    """Forwarded in the last second."""
    calls: int
    """Rooms with at least two connected participants."""
    rooms: int
    participants: int
    capacity: int
    """Participants at most."""
    draining: bool
    incarnation: int = 0
    """Grows with each start of the node's process: one that is back at once has lost its rooms too."""
    places: int = 0
    """Of the capacity, those taken or kept: at least ROOM_PLACES a room."""
    stopping: bool = False
    """Its process was told to stop, and waits for the calls that are on."""
    leaving: bool = False
    """It waits no longer: its rooms are to be placed elsewhere, now."""


@event("sfu")
class ParticipantConnected(Event):
    """Media can flow; also told when a later transport of the same participant comes up."""

    node_id: str
    room_id: str
    participant_id: str
    epoch: int
    slot: int


@event("sfu")
class ParticipantDisconnected(Event):
    """The participant has no transport any more; the slot stays his while the room lives here."""

    node_id: str
    room_id: str
    participant_id: str
    epoch: int
    slot: int
    reason: str
    """One of DISCONNECT_REASONS."""


@event("sfu")
class DownlinkChanged(Event):
    """What reaches this participant has become too little for pictures, or enough for them again.

    Sound goes on; pictures are tried again by themselves every now and then.
    """

    node_id: str
    room_id: str
    participant_id: str
    epoch: int
    slot: int
    sound_only: bool


@event("sfu")
class PictureUnseen(Event):
    """The browser of this participant cannot show the codec in which another one's pictures come."""

    node_id: str
    room_id: str
    participant_id: str
    epoch: int
    slot: int
    of: str
    """Participant id of who sends."""
    curable: bool
    """He can send another one, which more of the others can show: he gets it when he connects anew."""


@event("sfu")
class SendingChanged(Event):
    """What comes from this participant, whatever he means to send; both count as on when he connects."""

    node_id: str
    room_id: str
    participant_id: str
    epoch: int
    slot: int
    microphone: bool
    camera: bool


@event("sfu")
class SpeakerChanged(Event):
    """In a room of three or more this participant speaks now, or nobody has for a while (empty id)."""

    node_id: str
    room_id: str
    participant_id: str
    epoch: int


@event("sfu")
class ScreenChanged(Event):
    """The room's one shared screen is now this participant's, or nobody's (empty id)."""

    node_id: str
    room_id: str
    participant_id: str
    epoch: int
