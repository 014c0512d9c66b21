"""A person's one private space: one value with its data and who changed them, changed as a whole."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from services.contracts import spaces as contract
from services.contracts.errors import StaleVersion
from services.contracts.space_access import ACTIVE, DELETED, GRACE_DAYS
from services.spaces.domain.personal_data import advised, clean, filled_in, missing
from services.spaces.domain.rules import filled
from services.spaces.domain.space import GONE, Note

CHANGES_KEPT = timedelta(days=365)
MOST_CHANGES = 200
"""Of more than these the oldest are forgotten before their year is over."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history.  What stood in the fields before is kept nowhere: data minimisation."""

    at: datetime
    what: str
    """`opened`, `saved`, `joined`, `deleted`, `restored`."""
    actor_name: str
    certificate: str
    """The last four digits of the one that was used; empty where it has no such number."""
    origin: str
    """The door and a keyed hash of the network address, see the context."""
    fields: tuple[str, ...]
    """Names of those that have other contents since."""


@dataclass(frozen=True, slots=True)
class PrivateSpace:
    """`data_version` is 1 when it is made and rises with every save; `version` is of all that is stored."""

    person_id: str
    data: contract.PersonalData
    data_version: int = 1
    changes: tuple[Change, ...] = ()
    """The oldest first."""
    consent_version: str = ""
    """Of the text by which the person agreed that his data are kept."""
    consented_at: datetime | None = None
    """None in a space from before that was noted."""
    state: str = ACTIVE
    gone_at: datetime | None = None
    closing_until: datetime | None = None
    """Until then, by real time, one process erases what lies in it; nobody restores it any more."""
    version: int = 1

    def saved(self, data_version: int, data: contract.PersonalData, today: date, note: Note) -> PrivateSpace:
        """The space after a save by who read `data_version`; saving what stands there changes nothing.

        Errors: StaleVersion(space), InvalidField.
        """
        cleaned = clean(data, today)
        if cleaned == self.data:
            return self
        if data_version != self.data_version:
            raise StaleVersion("space")
        return self._with_data(cleaned, "saved", note)

    def taking_over(self, former: PrivateSpace, note: Note) -> PrivateSpace:
        """The space once another one is the same person's: empty fields are filled, no other is changed."""
        blank = {
            field.name: getattr(former.data, field.name)
            for field in fields(self.data)
            if not getattr(self.data, field.name) and getattr(former.data, field.name)
        }
        return self._with_data(replace(self.data, **blank), "joined", note) if blank else self

    def deleted(self, note: Note) -> PrivateSpace:
        if self.state == DELETED:
            return self
        gone_at = note.at + timedelta(days=GRACE_DAYS)
        return replace(self._noted("deleted", note), state=DELETED, gone_at=gone_at)

    def restored(self, note: Note) -> PrivateSpace:
        if self.state == ACTIVE:
            return self
        return replace(self._noted("restored", note), state=ACTIVE, gone_at=None, consented_at=note.at)

    def closing(self, now: datetime, until: datetime) -> PrivateSpace:
        """Over, without a grace where it was not deleted."""
        gone_at = min(self.gone_at, now) if self.gone_at else now
        return replace(self, state=DELETED, gone_at=gone_at, closing_until=until)

    def is_gone(self, now: datetime) -> bool:
        is_closing = self.state == GONE or self.closing_until is not None
        return is_closing or (self.gone_at is not None and now >= self.gone_at)

    def emptied(self) -> PrivateSpace:
        """At the end of the grace: nothing of the person is left but the id, until that is told."""
        return PrivateSpace(self.person_id, contract.PersonalData(), state=GONE)

    def tended(self, now: datetime) -> PrivateSpace:
        """Without what is kept no longer."""
        return replace(self, changes=tuple(one for one in self.changes if now < one.at + CHANGES_KEPT))

    def due_at(self) -> datetime | None:
        """When time alone changes it next; None while there is nothing to come."""
        if self.state == GONE:
            return None
        forgotten = [one.at + CHANGES_KEPT for one in self.changes[:1]]
        return min([*forgotten, *([self.gone_at] if self.gone_at else [])], default=None)

    def shown(self) -> contract.PrivateSpace:
        """To its person; of a deleted one nothing but that."""
        data = self.data if self.state == ACTIVE else contract.PersonalData()
        return contract.PrivateSpace(
            person_id=self.person_id,
            version=self.data_version,
            data=data,
            missing=missing(data),
            advised=advised(data),
            state=self.state,
            gone_at=self.gone_at,
        )

    def _with_data(self, data: contract.PersonalData, what: str, note: Note) -> PrivateSpace:
        names = tuple(
            one.name for one in fields(data) if getattr(data, one.name) != getattr(self.data, one.name)
        )
        return replace(self._noted(what, note, names), data=data, data_version=self.data_version + 1)

    def _noted(self, what: str, note: Note, names: tuple[str, ...] = ()) -> PrivateSpace:
        change = _change(what, note, names)
        return replace(self, changes=(*self.changes, change)[-MOST_CHANGES:])


def opened(
    person_id: str, data: contract.PersonalData, consent_version: str, today: date, note: Note
) -> PrivateSpace:
    """A new space with what is known from the log-in.  Errors: InvalidField."""
    cleaned = clean(data, today)
    return PrivateSpace(
        person_id,
        cleaned,
        changes=(_change("opened", note, filled_in(cleaned)),),
        consent_version=filled("consent_version", consent_version, contract.MOST_VERSION),
        consented_at=note.at,
    )


def _change(what: str, note: Note, names: tuple[str, ...]) -> Change:
    return Change(note.at, what, note.actor_name, note.certificate, note.origin, names)
