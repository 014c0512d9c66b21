"""The bodies of the call page's requests and answers, and the frames of its event stream.

A field that is added later has a default: pages and servers of different days meet during every update.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

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
    *(Hello, Agreed, Offer, Holder, Answer, IceServer, Relays),
    *(RoomState, Say, Said, Detail, Frame, Problem),
)
"""Everything that the page knows a type of."""
