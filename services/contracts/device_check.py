"""What `media` answers of the device check: what was found on a device, and a line to measure its network by.

The line is a short room of its own on an SFU node: the page makes two connections to it, sends a drawn
picture by one and receives it by the other.  It is no call: it ends by itself, is counted apart, and yields
to calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.contracts import errors as e
from services.contracts import media_errors as m
from services.contracts.media import AT_THIS_TIME, Participant
from services.contracts.relay import RelayGrant
from services.contracts.sfu import Answer
from services.contracts.wire import Request, rpc, value

UNTRIED = "untried"
WORKS = "works"
_FAULTS = ("denied", "missing", "busy", "unsupported")

CHOICES: Mapping[str, tuple[str, ...]] = {
    "camera": (UNTRIED, WORKS, *_FAULTS),
    "microphone": (UNTRIED, WORKS, "silent", "opened", *_FAULTS),
    "speaker": (UNTRIED, "heard", "not_heard"),
    "network": (UNTRIED, "measured", "unreachable"),
    "path": ("", "udp", "relay_udp", "relay_tcp", "relay_tls"),
}
"""What may stand in those fields of `Findings`."""

RATINGS = (
    "untried",
    "good",  # sound and a sharp picture
    "fair",  # sound and a picture, with stops now and then
    "poor",  # sound perhaps, a picture hardly
    "none",  # nothing gets through, not by a relay either
)

SIDES = ("sending", "receiving")
"""The two connections of a line."""


@value
class Findings:
    """What a page has found out, as far as it has come."""

    camera: str = UNTRIED
    microphone: str = UNTRIED
    """`silent`: open, and nothing was heard so far; `opened`: the browser lets nothing be looked at."""
    speaker: str = UNTRIED
    """As the person says of the test sound."""
    network: str = UNTRIED
    path: str = ""
    """How the SFU was reached; empty where it was not."""
    up_kbps: int = 0
    """Kilobits a second that get through; no more is tried than a call's picture takes."""
    down_kbps: int = 0
    lost_up_permille: int = 0
    """Of a thousand packets."""
    lost_down_permille: int = 0
    round_trip_ms: int = 0
    browser: str = ""
    """Its product name; no version, no address, nothing that tells one person's from another's."""
    system: str = ""


@value
class DeviceCheck:
    """Of one participant, the last one."""

    participant_id: str
    role: str
    checked_at: datetime
    findings: Findings
    rating: str
    """Of the network: one of RATINGS."""


@value
class DeviceChecks:
    checks: tuple[DeviceCheck, ...]


@value
class Line:
    """Leave to measure, for `seconds` from now on, in real time."""

    check_id: str
    relay: RelayGrant
    seconds: int


_BEFORE_THE_CALL = (e.NotAllowed, m.RoomClosed, *AT_THIS_TIME)


@rpc("media", reply=Line, errors=(m.NoMediaNode, *_BEFORE_THE_CALL))
class OpenLine(Request[Line]):
    """A place on a node for one check.

    Errors: NoMediaNode where none is to spare for a check now, NotAllowed(check) for agents and once the call
    is on, and those of JoinRoom.
    """

    room_id: str
    participant: Participant


@rpc(
    "media",
    reply=Answer,
    timeout=8.0,
    repeatable=True,
    errors=(m.NoMediaNode, m.BadOffer, m.RoomFull, e.StaleVersion, *_BEFORE_THE_CALL),
)
class ConnectToLine(Request[Answer]):
    """Hand the node the offer of one of the two connections (`SIGNALLING.md`); the same one, the same answer.

    Errors: NotFound(check) for another's and for one that is over, InvalidField(side), BadOffer(reason), and
    those of OpenLine.
    """

    room_id: str
    participant: Participant
    check_id: str
    side: str
    """One of SIDES."""
    offer_sdp: str


@rpc("media", reply=DeviceCheck, repeatable=True, errors=(*_BEFORE_THE_CALL, e.StaleVersion))
class RecordCheck(Request[DeviceCheck]):
    """Keep what was found until the room is forgotten.

    It takes the place of what was found before; what was not tried this time stays, on the same device.

    Errors: InvalidField(<field of Findings>), and those of OpenLine but NoMediaNode.
    """

    room_id: str
    participant: Participant
    findings: Findings


@rpc("media", reply=DeviceChecks, repeatable=True, errors=(e.NotFound,))
class ListChecks(Request[DeviceChecks]):
    """Everybody's for an agent, who need not be in the room; his own for anybody else.

    Errors: NotFound(room).
    """

    room_id: str
    participant: Participant
