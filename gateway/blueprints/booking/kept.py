"""The draft of who is logged in is kept in a space at each step, so that it goes on later, or elsewhere.

The space is the one for which is booked, else the person's own. Who has none books as before. The session
remembers which procedure its draft is and which version of it was read last: when another device has saved
since, nothing is overwritten, see `other_device.py`.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, dataclass
from typing import ClassVar

from flask import session

from gateway.actors import actor_of
from gateway.backends import ask
from gateway.blueprints.booking import kept_content
from gateway.blueprints.booking.draft import Draft
from gateway.principals import LoggedIn, citizen
from services.chassis.ids import new_id
from services.contracts.errors import (
    NotAllowed,
    NotFound,
    PlatformError,
    ProcedureOver,
    StaleVersion,
    TooManyDrafts,
)
from services.contracts.procedures import GetProcedure, Procedure, SaveDraft
from services.contracts.space_access import PRIVATE, Actor

_log = logging.getLogger(__name__)
TOO_MANY, NOT_NOW = "too_many", "not_now"
"""Why what was entered last is not kept: the space is full of drafts, or does not answer."""


@dataclass
class Kept:
    """Which procedure the session's draft is."""

    KEY: ClassVar[str] = "kept"

    holder: str
    """Of the draft: what was remembered of another one says nothing."""
    space_id: str
    """For whose company; empty in the person's own space."""
    procedure_id: str
    version: int = 0
    """As it was read or saved last; 0 before it was saved."""
    trouble: str = ""
    tried: str = ""
    """Digest of what was sent last without an answer: it may be kept all the same."""

    def save(self) -> None:
        session[self.KEY] = asdict(self)

    def note(self, trouble: str) -> None:
        self.trouble = trouble
        self.save()


def of(draft: Draft) -> Kept | None:
    """None for a draft that no space has."""
    found = session.get(Kept.KEY)
    if not found or (found["holder"], found["space_id"]) != (draft.holder, draft.space_id):
        return None
    return Kept(**found)


def procedure_id(draft: Draft) -> str:
    """Of a draft that a space has; else empty."""
    kept = of(draft)
    return kept.procedure_id if kept and kept.version else ""


def handle(draft: Draft) -> str:
    """What that space is called in addresses."""
    return draft.space_id or PRIVATE


def can_be(draft: Draft) -> bool:
    """Whether there is something to keep, and somebody for whom."""
    who = citizen()
    return bool(draft.subject) and who is not None and who.is_registered


def is_safe(draft: Draft) -> bool:
    """Whether a space has all that was entered up to the last step."""
    kept = of(draft)
    return kept is not None and kept.version > 0 and not kept.trouble


def keep(draft: Draft) -> None:
    """Save it in its space, as far as there is one; what hinders that is no reason not to go on.

    Errors: StaleVersion(procedure), ProcedureOver(state): another device or member was here meanwhile.
    """
    kept = of(draft) or Kept(draft.holder, draft.space_id, new_id())
    try:
        _keep_over_own(draft, kept)
    except (StaleVersion, ProcedureOver):
        raise
    except (NotFound, NotAllowed):  # no such space, or none to write into; a draft that is gone begins anew
        forget()
    except TooManyDrafts:
        kept.note(TOO_MANY)
    except PlatformError as error:
        _log.warning("a draft is not kept", extra={"error": type(error).__name__})
        kept.tried = _digest(kept_content.text_of(draft, _who().subject_id))
        kept.note(NOT_NOW)


def read(draft: Draft, kept: Kept) -> Procedure:
    """As its space has it now.  Errors: NotFound(space | procedure), NotAllowed."""
    return ask(GetProcedure(actor=_actor(), space_id=_space_id(draft), procedure_id=kept.procedure_id))


def take_up(draft: Draft, found: Procedure) -> None:
    """Go on in this session with what a space has kept."""
    kept_content.take_up(draft, found.content, _who().subject_id)
    draft.save()
    Kept(draft.holder, draft.space_id, found.procedure_id, found.version).save()


def is_as_read(draft: Draft, found: Procedure) -> bool:
    """Whether the session's draft is this procedure, and nobody has changed it since."""
    kept = of(draft)
    return kept is not None and (kept.procedure_id, kept.version) == (found.procedure_id, found.version)


def put_over(kept: Kept, found: Procedure | None) -> None:
    """Save next over what another device has saved; as a new one where that draft is discarded."""
    kept.procedure_id = found.procedure_id if found else new_id()
    kept.version = found.version if found else 0
    kept.save()


def forget() -> None:
    """The session has no draft any more; the space has it still."""
    session.pop(Kept.KEY, None)


def _keep_over_own(draft: Draft, kept: Kept) -> None:
    """Where the newer state is one's own, of a save that was not answered, it is no other device's."""
    try:
        _keep(draft, kept)
    except StaleVersion:
        found = read(draft, kept)
        if not kept.tried or _digest(found.content) != kept.tried:
            raise
        kept.version = found.version
        _keep(draft, kept)


def _keep(draft: Draft, kept: Kept) -> None:
    done = ask(
        SaveDraft(
            actor=_actor(),
            space_id=_space_id(draft),
            procedure_id=kept.procedure_id,
            version=kept.version,
            step=kept_content.step_of(draft),
            about=draft.subject,
            content=kept_content.text_of(draft, _who().subject_id),
        )
    )
    kept.version, kept.trouble, kept.tried = done.version, "", ""
    kept.save()


def _space_id(draft: Draft) -> str:
    return draft.space_id or _who().subject_id


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _actor() -> Actor:
    return actor_of(_who())


def _who() -> LoggedIn:
    who = citizen()
    assert who is not None, "only what can be kept is asked for"
    return who
