"""A register in memory, which may be away."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.contracts.sources import EMPLOYERS, INSURED_PERSONS, Entry, Group
from services.contracts.space_access import PRIVATE, PROFESSIONAL
from services.spaces.domain.sources import Record, SourceAway, Subject

AS_OF = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LEAS_NUMBER = "1985041220134"
LEAS_COMPANY = "B123456"


class FakeSource:
    """Holds what it is given, and remembers what it was asked."""

    def __init__(self, code: str, held: dict[str, Record]) -> None:
        self.code, self.held = code, held
        self.asked: list[str] = []
        self.trouble: SourceAway | None = None

    def look_up(self, number: str) -> Record | None:
        self.asked.append(number)
        if self.trouble is not None:
            raise self.trouble
        return self.held.get(number)


def record(first_name: str = "Léa", last_name: str = "Muster", as_of: datetime = AS_OF) -> Record:
    """Of a person born on 12 April 1985."""
    group = Group(name="person", entries=(Entry(name="last_name", text=last_name),))
    return Record(as_of, (group,), Subject(first_name, last_name, date(1985, 4, 12)))


def company() -> Record:
    return Record(AS_OF, (Group(name="company", entries=(Entry(name="name", text="Muster S.à r.l."),)),))


class Registers:
    """Both of them, with a row each."""

    def __init__(self) -> None:
        self.persons = FakeSource(INSURED_PERSONS, {LEAS_NUMBER: record()})
        self.employers = FakeSource(EMPLOYERS, {LEAS_COMPANY: company()})

    @property
    def connected(self) -> dict[str, tuple[FakeSource, ...]]:
        return {PRIVATE: (self.persons,), PROFESSIONAL: (self.employers,)}
