"""Handing a document of a room over to the case file of CNS: `media` decides and keeps what became of it.

The gateway's files process moves the bytes.  The document's id is what the case file knows it by, however
often it is sent, so it can be there once at most.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import document_errors as d
from services.contracts import errors as e
from services.contracts.media import CHANGED, IN_TIME, Done, Participant
from services.contracts.wire import Event, Request, event, rpc, value

REASON_CHARS = 500
"""Of a reason, at most."""
RECEIPT_CHARS = 100
"""Of a receipt's number, at most."""
REFUSED = "refused"
NOT_SENT = "not_sent"
UNKNOWN = "unknown"
FAULTS = (
    REFUSED,  # the case file does not take it
    NOT_SENT,  # it cannot have got there whole
    UNKNOWN,  # it may have arrived: to be sent again, until the case file says
)
"""What an attempt may come to other than a receipt."""
BEGUN, FILED, DROPPED, UNSETTLED = "begun", "filed", "dropped", "unsettled"
OUTCOMES = (BEGUN, FILED, DROPPED, UNSETTLED)


@value
class Filing:
    """That a document is being handed over, or was."""

    begun_at: datetime
    agent_id: str
    """Who decided it."""
    reason: str
    filed_at: datetime | None = None
    """None until the case file has confirmed it."""
    receipt: str = ""
    """Its number for it."""


@value
class FilingGrant:
    """Leave to read one document and to send it to the case file, within `seconds` of real time."""

    document_id: str
    attempt: int
    """To be named with what became of it."""
    object_name: str
    data_key: str
    """Base64, 32 bytes, for this document alone."""
    name: str
    media_type: str
    size: int
    """Bytes of the clear document."""
    sent_by: str
    """Role of who has shared it."""
    agent_id: str
    reason: str
    begun_at: datetime
    seconds: float


@rpc(
    "media",
    reply=FilingGrant,
    errors=(e.NotAllowed, d.AlreadyFiled, d.FilingUnderWay, *IN_TIME),
)
class GrantFiling(Request[FilingGrant]):
    """Leave for an agent in the room to hand one document over.

    Where an earlier attempt came to no certain end this one goes on with it, with its agent and its reason.
    Errors: NotFound(case_file) where none is configured, NotFound(document), InvalidField(reason),
    NotAllowed(case_file) for an identity copy and for who is no agent in the room, AlreadyFiled,
    FilingUnderWay, and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    document_id: str
    reason: str


@value
class OpenFiling:
    """A filing that came to no certain end, to be gone on with; `grant` is None where there is none."""

    room_id: str = ""
    grant: FilingGrant | None = None


@rpc("media", reply=OpenFiling, errors=(e.StaleVersion,))
class ResumeFiling(Request[OpenFiling]):
    """Go on with the oldest filing that nobody is at: its agent has decided, so nobody decides again.

    Errors: StaleVersion(room).
    """


@rpc("media", reply=Done, repeatable=True, errors=CHANGED)
class FinishFiling(Request[Done]):
    """The case file has it; true whichever attempt says so, and whatever has become of the room meanwhile.

    Errors: NotFound(room), InvalidField(receipt), StaleVersion(room).
    """

    room_id: str
    document_id: str
    attempt: int
    agent_id: str
    """Of the grant."""
    receipt: str


@rpc("media", reply=Done, repeatable=True, errors=CHANGED)
class AbandonFiling(Request[Done]):
    """This attempt came to no receipt.  What is certain not to be there is forgotten, the rest stays open.

    Errors: NotFound(room), InvalidField(fault), StaleVersion(room).
    """

    room_id: str
    document_id: str
    attempt: int
    fault: str
    """One of FAULTS."""


@event("media")
class FilingProgressed(Event):
    """A handing over has begun, and how it ended; the reason is told to nobody.

    It was confirmed, it came to nothing, or the room was forgotten before the case file had answered: then
    only the case file knows, by the document's id.  A receipt that comes later is told all the same.
    """

    room_id: str
    appointment_version: int
    document_id: str
    agent_id: str
    outcome: str
    """One of OUTCOMES."""
    receipt: str = ""
