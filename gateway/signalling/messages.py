"""The bodies of the call page's requests and answers, and the frames of its event stream.

A field that is added later has a default: pages and servers of different days meet during every update.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from services.contracts.device_check import CHOICES, RATINGS, SIDES, UNTRIED
from services.contracts.media import PHASES
from services.contracts.wire import value

MAX_OFFER_CHARS = 64 * 1024


@value
class Hello:
    """What the page speaks and can."""

    versions: tuple[int, ...]
    capabilities: tuple[str, ...] = ()


@value
class Agreed:
    """What both sides speak and can."""

    version: int
    capabilities: tuple[str, ...]


@value
class Offer:
    """A session description, and which page sends it."""

    sdp: str
    version: int = 1
    """As agreed; pages of before there were versions send none."""
    page: str = ""
    """Made by each page for itself when it is loaded: two pages of one participant are told apart by it."""
    resumes: bool = False
    """This page has been connected before, and does not mean to take the call from a newer one."""


@value
class Holder:
    """Receiving slot `slot` of everybody carries this participant."""

    slot: int
    participant: str


@value
class Answer:
    """The SFU's session description, and who is in the room now."""

    sdp: str
    node: str
    epoch: int
    slot: int
    """One's own: it stays silent."""
    slots: tuple[Holder, ...]


@value
class Wait:
    """One moment: all lines are taken.  Status 202; the same offer is sent again after a while."""

    ahead: int
    """Calls that get a line before this one."""
    again_ms: int
    """Who does not ask again for several times as long loses his turn."""


@value
class IceServer:
    """As a peer connection takes it (`RTCIceServer`)."""

    urls: tuple[str, ...]
    username: str
    credential: str


@value
class Relays:
    """Empty where there is no relay."""

    ice_servers: tuple[IceServer, ...]


@value
class RoomState:
    """What this participant may do now."""

    phase: Annotated[str, PHASES]
    seen_at: datetime
    closes_at: datetime
    agents: int
    """How many are in the room."""
    admitted: bool
    waiting: bool
    """Somebody waits to be let in."""


@value
class Say:
    """Something to be said; the same key is said once."""

    text: str
    key: str


@value
class Said:
    message_id: str


@value
class Detail:
    """Whether this camera shows a paper; answered with the same."""

    on: bool


@value
class CheckLine:
    """A line for a device check, for `seconds` from now on, and the relays that may be used for it."""

    check: str
    seconds: int
    ice_servers: tuple[IceServer, ...]


@value
class CheckOffer:
    """The offer of one of a line's two connections: one sends a picture, the other receives it."""

    side: Annotated[str, SIDES]
    sdp: str


@value
class CheckAnswer:
    """The SFU's session description for it."""

    sdp: str
    slot: int
    slots: tuple[Holder, ...]


@value
class CheckFindings:
    """What a page has found out on its device and network, as far as it has come."""

    camera: Annotated[str, CHOICES["camera"]] = UNTRIED
    microphone: Annotated[str, CHOICES["microphone"]] = UNTRIED
    speaker: Annotated[str, CHOICES["speaker"]] = UNTRIED
    network: Annotated[str, CHOICES["network"]] = UNTRIED
    path: Annotated[str, CHOICES["path"]] = ""
    up_kbps: int = 0
    down_kbps: int = 0
    lost_up_permille: int = 0
    lost_down_permille: int = 0
    round_trip_ms: int = 0


@value
class CheckRated:
    """What the network is good for."""

    rating: Annotated[str, RATINGS]


@value
class Frame:
    """The `data` of one event: an entry of the room's log as one participant is told of it."""

    at: datetime
    mine: bool
    """`by` is the reader himself."""
    by: str
    """Participant id; empty where nobody in particular caused it."""
    data: dict[str, Any]
    """Of the shape that `room_entries.ENTRIES` names for the event's type."""


@value
class Problem:
    """A refusal (RFC 9457).  `code` is stable, `title` is a sentence for the reader."""

    type: str
    title: str
    status: int
    correlation_id: str
    code: str = ""
    """An error of the contracts; without one `type` tells."""
    details: dict[str, str] | None = None
    retryable: bool = False
    """The same request may succeed later."""


MESSAGES: tuple[type[Any], ...] = (
    *(Hello, Agreed, Offer, Holder, Answer, Wait, IceServer, Relays),
    *(RoomState, Say, Said, Detail, Frame, Problem),
    *(CheckLine, CheckOffer, CheckAnswer, CheckFindings, CheckRated),
)
"""Everything that the page knows a type of."""
