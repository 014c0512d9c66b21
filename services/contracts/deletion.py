"""What `media` can prove of rooms that it has forgotten: signed records, and keys to verify them.

A record is a JWS (RFC 7515, compact) with algorithm `Ed25519` (RFC 9864), type `TYPE` and the id of its key
(RFC 7638); what it says is a `Deletion` in JSON.  It is stored by the same write that makes the tombstone and
kept as long as that, a year.  The gateway publishes the keys.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.wire import Request, rpc, value

ALGORITHM = "Ed25519"
TYPE = "deletion-record"
VERSION = 1
REASONS = ("expired", "no_show", "cancelled", "lapsed")
"""Its time was over; nobody came; the appointment was cancelled or erased; the hold ran out."""


@value
class Destroyed:
    """Documents of one kind."""

    kind: str
    """As in `room_documents.Document`."""
    count: int
    size: int
    """Bytes of the clear documents."""
    first_at: datetime
    last_at: datetime
    """When they were handed over."""


@value
class Deletion:
    """What was destroyed with a room: no content, no name, nobody."""

    version: int
    room_id: str
    """The appointment's id."""
    reason: str
    """One of REASONS."""
    due_at: datetime | None
    """The instant that was promised; None where it was due as soon as it was heard of."""
    forgotten_at: datetime
    """By then the key was destroyed, then the objects, then the log."""
    documents: tuple[Destroyed, ...]
    messages: int
    objects_sha256: str
    """Over one line for each object, in order: its name, a space, the SHA-256 of its sealed bytes.

    Whoever finds such objects somewhere can show by it that they are those which this record speaks of.
    """


@value
class DeletionRecords:
    records: tuple[str, ...]
    """JWS, the oldest first: a room that was booked anew has one for each time."""


@rpc("media", reply=DeletionRecords, repeatable=True, errors=(e.NotFound,))
class ShowDeletionRecords(Request[DeletionRecords]):
    """The records of one room; none while it is not forgotten.  The gateway knows who may see them.

    Errors: NotFound(room), also a year after.
    """

    room_id: str


@value
class Comparison:
    """What a comparison of the object store, the keys and the books found in one of them alone."""

    at: datetime
    objects: int
    """Of which no room's book knows, or whose room is forgotten; they were destroyed."""
    documents: int
    """In a book, and not in the object store: it has lost something."""
    keys: int
    """Of rooms that are forgotten; they were destroyed."""
    unknown: int
    """Keys, and folders of objects, of rooms of which nothing is known; they were left alone."""


@value
class Forgetting:
    """How far the reaper is."""

    due: int
    """Rooms that are to be forgotten now; at most MOST_DUE are counted."""
    due_since: datetime | None
    """The longest; None where none is, or where it was due as soon as it was heard of."""
    compared: Comparison | None
    """The latest; None before the first one."""


MOST_DUE = 10_000


@rpc("media", reply=Forgetting, repeatable=True, errors=())
class ShowForgetting(Request[Forgetting]):
    """For operators: what waits for the reaper, and whether the stores agree."""


@value
class RecordKey:
    """An Ed25519 public key."""

    kid: str
    """Its thumbprint (RFC 7638)."""
    x: str
    """As in a JWK (RFC 8037)."""


@value
class RecordKeys:
    keys: tuple[RecordKey, ...]
    """The one that signs now first, then those before and the next one."""


@rpc("media", reply=RecordKeys, repeatable=True, errors=())
class ListRecordKeys(Request[RecordKeys]):
    """The keys that verify records."""
