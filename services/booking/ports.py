"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from services.booking.domain.attendance import Attendance, Fact
from services.booking.domain.catalogue import Catalogue
from services.booking.domain.claim import Claim, Step
from services.booking.domain.slots import Slot
from services.booking.domain.taken import Claimed, Key, TakenDay
from services.contracts.wire import Event


class AgentOnDay(NamedTuple):
    """Where appointments are counted."""

    day: date
    agent_id: str
    agent_name: str


class Place(NamedTuple):
    """One day of one calendar."""

    calendar: str
    day: date


class Ticket(NamedTuple):
    """One ticket of an owner, and the appointment that it was read with."""

    owner: str
    number: int
    appointment_id: str


class StoredDay(NamedTuple):
    """What the read model says of one day."""

    rev: str
    """Another one with every write."""
    taken: TakenDay | None
    """None while nobody has looked at the claims yet."""


class DayStore(Protocol):
    """Where the read model lies, and the claims that it is made from; each method is one step."""

    def revisions(self, calendar: str, first: date, last: date) -> Mapping[date, str]:
        """Revisions of the days that are there, from `first` to `last`."""
        ...

    def read(self, calendar: str, days: Sequence[date]) -> Mapping[date, StoredDay]:
        """Those of these days that are there."""
        ...

    def begin(self, place: Place, rev: str) -> StoredDay | None:
        """Make an empty one, to be filled by a swap; None where there is one."""
        ...

    def swap(self, place: Place, rev: str, after: StoredDay) -> bool:
        """Replace what has that revision still; False where somebody else did."""
        ...

    def forget(self, place: Place) -> None:
        """Remove one, so that whoever asks next makes it anew."""
        ...

    def forget_before(self, calendar: str, day: date) -> None:
        """Remove the days before that one."""
        ...

    def claimed(self, place: Place) -> Iterable[Claimed]:
        """What the claims of that day take, held or booked."""
        ...

    def claims(self, claim_ids: Iterable[str]) -> Iterable[tuple[Place, Key, Claimed | None]]:
        """Those of these claims that are there, and what each takes now."""
        ...

    def claimed_at(self, place: Place, keys: Iterable[Key]) -> Mapping[Key, Claimed | None]:
        """What is taken at these starts of these agents now."""
        ...


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
        """Turn the hold into `claim`, unless it has run out or was renewed since it was read."""
        ...

    def accept(self, offer: Claim, claim: Claim, now: datetime, *events: Event) -> bool:
        """Put the next version of an appointment in the place of the hold that was offered to it.

        False where the hold has run out, or the appointment has this version already.
        """
        ...

    def lapse(self, lapsed: Claim, *events: Event) -> bool:
        """Give a hold back, unless it was confirmed, renewed or given back before."""
        ...

    def amend(self, claim: Claim, *events: Event) -> bool:
        """Make an appointment's next version where it stands, unless another change of it has won."""
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

    def as_made(self, appointment_id: str) -> Claim | None:
        """A hold that this process has made lately, as it left it; None where the store is to be asked.

        Good for a change that expects what was read, and for nothing else: others may have changed it.
        """
        ...

    def find(self, appointment_id: str) -> Claim | None:
        """The highest version."""
        ...

    def days(self, calendar: str, days: Sequence[date]) -> Mapping[date, TakenDay]:
        """What is taken on each of these days, as known a moment ago, own changes included.

        To search and choose by, never to claim by.
        """
        ...

    def keep_days(self, calendar: str, first: date, last: date) -> None:
        """See to it that `days` is right for these days; called again and again."""
        ...

    def vacant(self, claim_ids: Iterable[str], now: datetime) -> frozenset[str]:
        """Those of the ids that somebody could claim now."""
        ...

    def touching(self, agent_id: str, day: date, slot: Slot, now: datetime) -> Iterable[Slot]:
        """Time of one agent on that day that is held or booked and has an instant in common with `slot`."""
        ...

    def booked_on(self, day: date, agent_id: str = "") -> list[Claim]:
        """Appointments of one day in order of start."""
        ...

    def counted(self, first: date, last: date) -> Mapping[AgentOnDay, int]:
        """Appointments of each agent on each of these days, both ends included."""
        ...

    def found_by(self, key: str) -> list[Claim]:
        """Appointments with this key of `domain.sought`, cancelled ones included, the latest start first."""
        ...

    def of_person(self, person_id: str) -> list[Claim]:
        """Appointments of a person, cancelled ones included, the latest start first."""
        ...

    def of_space(self, space_id: str) -> list[Claim]:
        """Appointments that were booked for a space, as those of a person."""
        ...

    def run_out(self, now: datetime) -> list[Claim]:
        """Some holds whose time is over."""
        ...

    def offered(self) -> list[Claim]:
        """Holds of slots that are offered to somebody on the waiting list, run out or not."""
        ...

    def trail(self, appointment_id: str) -> tuple[Step, ...]:
        """All its steps, also those of a hold that is gone."""
        ...

    def unsettled(self) -> list[str]:
        """Appointments of which a lower version may still stand."""
        ...

    def clear_lapsed(self) -> int:
        """Remove what has lapsed and has nothing more to tell; answers how many."""
        ...


class Tickets(Protocol):
    """Numbered tickets of each owner, one for each open appointment; an owner is a hash."""

    def take(self, owner: str, number: int, appointment_id: str, now: datetime) -> bool:
        """False where the ticket is somebody's, or the appointment has one of this owner."""
        ...

    def of(self, owner: str) -> Mapping[int, str]:
        """Whose each of his tickets is, by number."""
        ...

    def pass_on(self, owner: str, number: int, before: str, after: str) -> bool:
        """Give a ticket to another appointment; False where it is not `before`'s, or `after` has one."""
        ...

    def drop(self, owner: str) -> None:
        """Forget all of an owner's."""
        ...

    def to_look_at(self, now: datetime) -> Iterable[Ticket]:
        """Those that were taken a day ago, or were to be looked at again by now; some of many."""
        ...

    def look_again(self, ticket: Ticket, at: datetime) -> None:
        """It is needed until then at least; nothing happens if it is another appointment's by now."""
        ...

    def give_up(self, ticket: Ticket) -> None:
        """Nobody needs it any more; nothing happens if it is another appointment's by now."""
        ...


class Attendances(Protocol):
    """Kept apart from the claims, so that telling of a join never races with a move."""

    def add(self, appointment_id: str, known: Attendance, fact: Fact, *events: Event) -> bool:
        """Keep a fact beside those that are known; False where another was added meanwhile."""
        ...

    def of(self, appointment_ids: Iterable[str]) -> Mapping[str, Attendance]:
        """What is known; who is not in the answer has not been told of."""
        ...


class CatalogueSource(Protocol):
    """Where calendars, agents, kinds and subjects come from."""

    def load(self) -> Catalogue:
        """The catalogue as it is now, or was half a second ago; the same object while nothing changes."""
        ...


class PublicHolidays(Protocol):
    def between(self, country: str, first: date, last: date) -> frozenset[date]:
        """Public holidays of a country (ISO 3166-1 alpha-2), both ends included."""
        ...

    def knows(self, country: str) -> bool:
        """True where the public holidays of that country (ISO 3166-1 alpha-2) are known."""
        ...
