"""What `spaces` answers about procedures: what somebody does in a space is kept there.

A booking that was begun is a draft, which goes on on any device; then it is submitted, with its appointment;
then done or cancelled. A draft holds no slot and no copy of an identity document. In a professional space
its members see and share the procedures.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.space_access import Actor
from services.contracts.wire import Request, rpc, value

BOOKING = "booking"
KINDS = (BOOKING,)

DRAFT, SUBMITTED, DONE, CANCELLED, DISCARDED = "draft", "submitted", "done", "cancelled", "discarded"
STATES = (DRAFT, SUBMITTED, DONE, CANCELLED, DISCARDED)

MOST_DRAFTS = 10
"""Of one person in one space."""
MOST_CONTENT = 16_384
"""Characters of a draft's content."""
MOST_LISTED = 100
DRAFT_DAYS = 90
"""A draft that nobody touches for so long is removed."""


@value
class Procedure:
    procedure_id: str
    kind: str
    """One of KINDS."""
    state: str
    """One of STATES."""
    version: int
    """Rises with every change; a save names the version that it read."""
    about: str
    """What the list says it is about: a code that whoever saves it knows; empty where that is not known."""
    step: str
    """Where a draft goes on, as whoever saves it calls it."""
    begun_at: datetime
    changed_at: datetime
    changed_by: str
    """A name; empty where nobody knows it any more."""
    is_own: bool
    """Whether the asker has begun it."""
    content: str = ""
    """Of a draft alone, and never in a list: what was typed, as the JSON text that was saved."""
    appointment_id: str = ""
    starts_at: datetime | None = None
    """Of its appointment, once it is submitted."""


@value
class Procedures:
    procedures: tuple[Procedure, ...]
    """Drafts, the latest touched first; then the others, the latest appointment first; at most
    MOST_LISTED of either. Discarded ones are left out."""


@rpc("spaces", reply=Procedures, repeatable=True, errors=(e.NotFound, e.NotAllowed))
class ListProcedures(Request[Procedures]):
    """Errors: NotFound(space), NotAllowed."""

    actor: Actor
    space_id: str


@rpc("spaces", reply=Procedure, repeatable=True, errors=(e.NotFound, e.NotAllowed))
class GetProcedure(Request[Procedure]):
    """Errors: NotFound(space | procedure), NotAllowed."""

    actor: Actor
    space_id: str
    procedure_id: str


@rpc(
    "spaces",
    reply=Procedure,
    repeatable=True,
    errors=(e.NotFound, e.NotAllowed, e.StaleVersion, e.TooManyDrafts, e.ProcedureOver),
)
class SaveDraft(Request[Procedure]):
    """Keep a draft as it is now; what stands there already changes nothing.

    Errors: NotFound(space | procedure), NotAllowed, StaleVersion(procedure) where another device or member
    has saved since, TooManyDrafts(limit), ProcedureOver(state) once it is no draft any more,
    InvalidField(procedure_id | kind | about | step | content).
    """

    actor: Actor
    space_id: str
    procedure_id: str
    """Made by the caller, unguessable: 20 to 64 characters of A-Z a-z 0-9 _ -."""
    version: int
    """As it was read; 0 for a new one."""
    step: str
    about: str
    content: str
    """The text of a JSON object, at most MOST_CONTENT characters."""
    kind: str = BOOKING


@rpc(
    "spaces",
    reply=Procedures,
    repeatable=True,
    errors=(e.NotFound, e.NotAllowed, e.StaleVersion, e.ProcedureOver),
)
class DiscardDraft(Request[Procedures]):
    """What was typed is gone at once.  Discarding again changes nothing.

    Errors: NotFound(space | procedure), NotAllowed, ProcedureOver(state), StaleVersion(procedure).
    """

    actor: Actor
    space_id: str
    procedure_id: str
