"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from services.booking.domain.catalogue import Catalogue
from services.booking.domain.claim import Claim
from services.booking.domain.slots import Slot
from services.contracts.wire import Event


class Taken(NamedTuple):
    """Time of one agent that nobody else can have now."""

    agent_id: str
    slot: Slot


class AgentOnDay(NamedTuple):
    """Where appointments are counted."""

    day: date
    agent_id: str
    agent_name: str


class Claims(Protocol):
    """The one place where scarcity is settled; SCARCITY.md says why each step is safe.

    A method that changes something says by its answer whether it did; events are
    stored by the same write.
    """

    def insert(self, claim: Claim, *events: Event) -> bool:
        """Claim what nobody has, and take on whatever the claim that it supersedes has still to tell.

        False where its time is claimed, its holder's key is used, or its appointment
        has this version already.
        """
        ...

    def take_over(self, lapsed: Claim, claim: Claim, *events: Event) -> bool:
        """The same, in the place of one that has lapsed; one of many wins."""
        ...

    def renew(self, claim: Claim, now: datetime) -> bool:
        """Store a renewed hold, unless it has run out or been renewed before."""
        ...

    def confirm(self, claim: Claim, now: datetime, *events: Event) -> bool:
        """Turn the hold into `claim`, unless it has run out."""
        ...

    def accept(self, offer: Claim, claim: Claim, now: datetime, *events: Event) -> bool:
        """Put the next version of an appointment in the place of the hold that was offered to it.

        False where the hold has run out, or the appointment has this version already.
        """
        ...

    def lapse(self, hold: Claim, *events: Event) -> bool:
        """Give a hold back, unless it was confirmed, renewed or given back before."""
        ...

    def settle(self, appointment_id: str) -> Claim | None:
        """Remove every version but the highest, and answer with that; repeatable."""
        ...

    def at(self, claim_id: str) -> Claim | None:
        """What lies there now."""
        ...

    def held_under(self, holder: str, hold_key: str) -> Claim | None:
        """What was made from the hold with this key."""
        ...

    def find(self, appointment_id: str) -> Claim | None:
        """The highest version."""
        ...

    def taken(self, calendar: str, first: date, last: date, now: datetime) -> Iterable[Taken]:
        """Time that is held or booked on the days from `first` to `last`, in order of start."""
        ...

    def vacant(self, claim_ids: Iterable[str], now: datetime) -> frozenset[str]:
        """Those of the ids that somebody could claim now."""
        ...

    def touching(self, agent_id: str, day: date, slot: Slot, now: datetime) -> Iterable[Slot]:
        """Time of one agent on that day that is held or booked and has an instant in common with `slot`."""
        ...

    def load(self, calendar: str, day: date) -> Mapping[str, int]:
        """Claims of each agent on one day, as known a moment ago: to choose by, not to claim by."""
        ...

    def booked_on(self, day: date, agent_id: str = "") -> list[Claim]:
        """Appointments of one day in order of start."""
        ...

    def counted(self, first: date, last: date) -> Mapping[AgentOnDay, int]:
        """Appointments of each agent on each of these days, both ends included."""
        ...

    def of_person(self, person_id: str) -> list[Claim]:
        """Appointments of a person, cancelled ones included, the latest start first."""
        ...

    def run_out(self, now: datetime) -> list[Claim]:
        """Some holds whose time is over."""
        ...

    def offered(self) -> list[Claim]:
        """Holds of slots that are offered to somebody on the waiting list, run out or not."""
        ...

    def unsettled(self) -> list[str]:
        """Appointments of which a lower version may still stand."""
        ...

    def clear_lapsed(self) -> int:
        """Remove what has lapsed and has nothing more to tell; answers how many."""
        ...


@dataclass(frozen=True, slots=True)
class Attendance:
    """What `media` has told of one consultation."""

    joined: bool = False
    outcome: str = ""
    """`held`, `no_show`, `technical_failure`; empty while it has not ended."""


class Attendances(Protocol):
    """Kept apart from the claims, so that telling of a join never races with a move."""

    def joined(self, appointment_id: str) -> None:
        """The citizen has joined; repeatable."""
        ...

    def ended(self, appointment_id: str, outcome: str, at: datetime) -> None:
        """It has ended so; an earlier end than one that is known changes nothing."""
        ...

    def of(self, appointment_ids: Iterable[str]) -> Mapping[str, Attendance]:
        """What is known; who is not in the answer has not been told of."""
        ...


class CatalogueSource(Protocol):
    """Where calendars, agents, kinds and subjects come from."""

    def load(self) -> Catalogue:
        """The catalogue as it is now, or a few seconds ago."""
        ...


class PublicHolidays(Protocol):
    def between(self, country: str, first: date, last: date) -> frozenset[date]:
        """Public holidays of a country (ISO 3166-1 alpha-2), both ends included."""
        ...
