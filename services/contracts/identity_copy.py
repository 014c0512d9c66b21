"""The copy of an identity document beside the live picture: looked at by agents alone, and never handed out.

A page of it may be shown as a picture that says who looks at it and when; each view and what came of the
comparison are told, for the trail of the appointment.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.media import AT_THIS_TIME, Done, Participant
from services.contracts.wire import Event, Request, event, rpc, value

MATCHES = "matches"
DIFFERS = "differs"
UNREADABLE = "unreadable"
RESULTS = (MATCHES, DIFFERS, UNREADABLE)
"""What can be said of the person in the picture and the one on the copy."""


@value
class CopyView:
    """Leave to show the copy as marked pictures, until `until`; the bytes themselves are for nobody."""

    object_name: str
    data_key: str
    """Base64, 32 bytes, for this document alone."""
    media_type: str
    size: int
    """Bytes of the clear document."""
    pages: int
    """How many can be shown."""
    seen_at: datetime
    """What the mark says."""
    until: datetime


@rpc("media", reply=CopyView, repeatable=True, errors=(*AT_THIS_TIME, e.NotAllowed, e.StaleVersion))
class GrantCopyView(Request[CopyView]):
    """An agent in the room looks at the copy.

    What he looks at within the same minute is one view; each is told as `IdentityCopySeen`.
    Errors: NotFound(document) for what is no identity copy, NotAllowed(read) for who is not in the room or no
    agent, and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    document_id: str


@rpc("media", reply=Done, repeatable=True, errors=(*AT_THIS_TIME, e.NotAllowed, e.StaleVersion))
class RecordComparison(Request[Done]):
    """What the agent found; the last one counts, the same again tells nothing.

    Errors: InvalidField(result), NotFound(document), NotAllowed(compare) before the call has begun, for who
    is not in the room or no agent, and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    document_id: str
    result: str
    """One of RESULTS."""


@event("media")
class IdentityCopySeen(Event):
    """Once for each view: an agent, a copy, a minute."""

    room_id: str
    appointment_version: int
    document_id: str
    agent_id: str


@event("media")
class IdentityCompared(Event):
    """The last one counts."""

    room_id: str
    appointment_version: int
    document_id: str
    agent_id: str
    result: str
    """One of RESULTS."""
