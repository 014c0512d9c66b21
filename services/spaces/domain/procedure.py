"""A procedure: a draft until its appointment is booked, then what became of that.

What `booking` tells comes twice and in any order: a time counts by the version of the appointment, an end
stays one, and a cancellation is the last word.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.contracts.errors import InvalidField, ProcedureOver, StaleVersion
from services.contracts.procedures import (
    CANCELLED,
    DISCARDED,
    DONE,
    DRAFT,
    DRAFT_DAYS,
    KINDS,
    MOST_CONTENT,
    SUBMITTED,
)
from services.spaces.domain.rules import one_of

UNTOUCHED = timedelta(days=DRAFT_DAYS)
"""So long a draft waits; and so long a device that was away is told that it was discarded."""
NAMED = timedelta(days=365)
"""So long after its end a procedure says who it was; then it says only what a list shows."""
FORGOTTEN = "-"
"""In place of an appointment's id: there was one, and nobody knows any more which."""
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_ID = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft holds; `about` outlives it, the rest is gone once it is no draft any more."""

    step: str
    about: str
    text: str
    """A JSON object."""


NOTHING = Content("", "", "")
_NOTHING_TYPED = "{}"


@dataclass(frozen=True, slots=True)
class Who:
    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """`place` is which of its beginner's drafts in the space it is, from 1; 0 once it is none of his."""

    procedure_id: str
    space_id: str
    kind: str
    begun_by: str
    """A person's id, as is `changed_by`; empty once nobody needs it."""
    begun_at: datetime
    changed_by: str
    changer: str
    """A name."""
    changed_at: datetime
    content: Content
    state: str = DRAFT
    place: int = 0
    version: int = 1
    appointment_id: str = ""
    starts_at: datetime | None = None
    timed_by: int = 0
    """Version of the appointment that begins at `starts_at`."""
    ended_at: datetime | None = None

    @property
    def is_draft(self) -> bool:
        return self.state == DRAFT

    def at_place(self, place: int) -> Procedure:
        return replace(self, place=place)

    # --- the draft ---

    def saved(self, version: int, content: Content, by: Who, now: datetime) -> Procedure:
        """The draft as somebody leaves it who read `version`.

        Errors: ProcedureOver, StaleVersion(procedure).
        """
        self._refuse_unless_draft()
        if content == self.content:
            return self
        if version != self.version:
            raise StaleVersion("procedure")
        return replace(self, content=content, changed_by=by.person_id, changer=by.name, changed_at=now)

    def discarded(self, now: datetime) -> Procedure:
        """Nothing is left of it but that.  Errors: ProcedureOver once it is submitted."""
        if self.state == DISCARDED:
            return self
        self._refuse_unless_draft()
        nothing = replace(self._nameless(), content=NOTHING, place=0)
        return replace(nothing, state=DISCARDED, changed_at=now)

    # --- what booking tells ---

    def booked(self, appointment_id: str, version: int, starts_at: datetime, at: datetime) -> Procedure:
        """That version of its appointment begins then; of two appointments the first counts."""
        if self._is_of_other(appointment_id) or version <= self.timed_by:
            return self
        state = SUBMITTED if self.state in (DRAFT, DISCARDED) else self.state
        return replace(self._linked(appointment_id, state, at), starts_at=starts_at, timed_by=version)

    def cancelled(self, appointment_id: str, at: datetime) -> Procedure:
        if self._is_of_other(appointment_id) or self.state == CANCELLED:
            return self
        return replace(self._linked(appointment_id, CANCELLED, at), ended_at=at)

    def done(self, appointment_id: str, at: datetime) -> Procedure:
        """The consultation is over, however it went."""
        if self._is_of_other(appointment_id) or self.state in (DONE, CANCELLED):
            return self
        return replace(self._linked(appointment_id, DONE, at), ended_at=at)

    # --- time, and people who go ---

    def tended(self, now: datetime) -> Procedure | None:
        """Without what is kept no longer; None where nothing is."""
        due_at = self.due_at()
        if due_at is None or now < due_at:
            return self
        if self.state in (DRAFT, DISCARDED):
            return None
        return replace(self._nameless(), appointment_id=FORGOTTEN)

    def due_at(self) -> datetime | None:
        """When time alone changes it next."""
        if self.state in (DRAFT, DISCARDED):
            return self.changed_at + UNTOUCHED
        # One of whose end nobody has told was over when it began, as seen after a year.
        ended_at = self.ended_at or self.starts_at
        return ended_at + NAMED if ended_at and self.appointment_id != FORGOTTEN else None

    def without(self, person_id: str) -> Procedure:
        """Somebody is gone: what he began stays with the others, without him and what he typed last."""
        mine = replace(self, begun_by="", place=0) if self.begun_by == person_id else self
        if mine.changed_by != person_id:
            return mine
        left = Content("", self.content.about, _NOTHING_TYPED if self.is_draft else "")
        return replace(mine, changed_by="", changer="", content=left)

    def _refuse_unless_draft(self) -> None:
        """Errors: ProcedureOver."""
        if not self.is_draft:
            raise ProcedureOver(self.state)

    def _is_of_other(self, appointment_id: str) -> bool:
        return bool(self.appointment_id) and self.appointment_id != appointment_id

    def _linked(self, appointment_id: str, state: str, at: datetime) -> Procedure:
        """With its appointment, where what was typed lies from now on."""
        left = replace(NOTHING, about=self.content.about)
        changed_at = max(at, self.changed_at)
        return replace(
            self, appointment_id=appointment_id, state=state, content=left, place=0, changed_at=changed_at
        )

    def _nameless(self) -> Procedure:
        return replace(self, begun_by="", changed_by="", changer="")


def checked_id(procedure_id: str) -> str:
    """Errors: InvalidField(procedure_id, format)."""
    if not _ID.fullmatch(procedure_id):
        raise InvalidField("procedure_id", "format")
    return procedure_id


def checked_kind(kind: str) -> str:
    """Errors: InvalidField(kind, choice)."""
    return one_of("kind", kind, KINDS)


def checked_content(step: str, about: str, text: str) -> Content:
    """Errors: InvalidField(step | about, format), InvalidField(content) with `too_long` or `format`."""
    if not _CODE.fullmatch(step):
        raise InvalidField("step", "format")
    if about and not _CODE.fullmatch(about):
        raise InvalidField("about", "format")
    if len(text) > MOST_CONTENT:
        raise InvalidField("content", "too_long")
    if not _is_object(text):
        raise InvalidField("content", "format")
    return Content(step, about, text)


def _is_object(text: str) -> bool:
    try:
        text.encode()
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
