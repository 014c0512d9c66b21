"""A change of the catalogue: one entry as it is to be, and whose appointments it may touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking.domain.catalogue import Absence, Agent, Calendar, Catalogue, Kind, Subject

Entry = Calendar | Agent | Kind | Subject | Absence

_PLACES: dict[type[Entry], tuple[str, str]] = {
    Calendar: ("calendars", "code"),
    Agent: ("agents", "agent_id"),
    Kind: ("kinds", "code"),
    Subject: ("subjects", "code"),
    Absence: ("absences", "absence_id"),
}


def place_of(entry: Entry) -> tuple[str, str]:
    """Where a catalogue keeps it, and under which code."""
    place, name = _PLACES[type(entry)]
    return place, getattr(entry, name)


def with_entry(catalogue: Catalogue, entry: Entry, revision: int) -> Catalogue:
    """The catalogue as it is with that entry, in the place of one with the same code."""
    place, code = place_of(entry)
    parts = {name: getattr(catalogue, name) for name, _ in _PLACES.values()}
    parts[place] = {**parts[place], code: entry}
    return Catalogue.of(**parts, revision=revision)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose appointments a change may touch: those of one agent, or of one calendar, or nobody's."""

    agent_id: str = ""
    calendar: str = ""

    @classmethod
    def of(cls, entry: Entry) -> Scope:
        """Kinds and subjects say what can be booked from now on: they touch nothing that is booked."""
        if isinstance(entry, Calendar):
            return cls(calendar=entry.code)
        return cls(agent_id=entry.agent_id) if isinstance(entry, Agent | Absence) else cls()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of the appointments that a change hurts a colleague took, and how many nobody could."""

    reassigned: int
    displaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that was decided: see SCARCITY.md for how it takes effect."""

    change_key: str
    """Made by the caller: the same key is the same change."""
    fingerprint: str
    """Of what was asked under this key."""
    revision: int
    """That it makes."""
    at: datetime
    actor: str
    what: str
    """`calendars`, `agents`, `kinds`, `subjects` or `absences`."""
    code: str
    scope: Scope
    hurt: tuple[str, ...]
    """The appointments that it was known to hurt."""
    outcome: Outcome | None = None
    """None until they have been handled."""
    watched: tuple[str, ...] | None = None
    """Holds from before that may yet become appointments nobody can keep; None until they were looked for."""
    closed: bool = False
    """True when nothing can come of it any more."""
