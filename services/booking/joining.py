"""Two persons turn out to be one: what was booked under the former id becomes the other's.

The former id may still be in use for a while, in a session that began before: so it is watched for longer
than any session lives, and what appears under it is passed on within seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.booking import views
from services.booking.asker import origin
from services.booking.domain.claim import BOOKED, Claim, passed_on
from services.booking.domain.open_limit import owner_of
from services.booking.open_limit import OpenLimit
from services.booking.persons import BACK_OFFICE
from services.chassis.clock import Clock
from services.contracts.credentials import PersonsJoined
from services.contracts.wire import Event

WATCHED = timedelta(hours=10)
"""Sessions live eight hours; clocks differ, and messages wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """That one person is another, and how far this has been followed."""

    former_id: str
    person_id: str
    round: int = 1
    """Rises each time that something new is found under the former id."""
    settled_round: int = 0
    watched_until: datetime | None = None
    """Real time; None once nobody looks any more."""

    @property
    def is_settled(self) -> bool:
        return self.round == self.settled_round


class Owners(Protocol):
    """Whose appointments are."""

    def claims_of(self, person_id: str) -> list[Claim]:
        """All that stand under this person, of each appointment every version that is there."""
        ...

    def due(self, now: datetime) -> Iterable[Claim]:
        """Appointments that time alone changes by now; some of them, where there are many."""
        ...

    def remove(self, claim: Claim) -> None:
        """Nothing of it is kept; not where another change came between, or something is untold."""
        ...

    def erase(self, claim: Claim, *events: Event) -> bool:
        """Store it without anything of a person; False where another change came between."""
        ...

    def pass_on(self, claim: Claim, former_id: str, *events: Event) -> bool:
        """Store it with its new owner; False where another change came between."""
        ...


class Joins(Protocol):
    """Which persons have become which; each method is one step, and repeatable."""

    def note(self, former_id: str, person_id: str, until: datetime) -> Join:
        """Remember it; answers with what is known already."""
        ...

    def watched(self) -> list[Join]:
        """Those to be looked at again and again."""
        ...

    def begin(self, join: Join) -> Join:
        """There is something to do again: it is settled only when that is done."""
        ...

    def settle(self, join: Join) -> None:
        """All of this round is done; nothing happens if another one has begun."""
        ...

    def close(self, join: Join, now: datetime) -> None:
        """Look at it no more, unless there is something to do."""
        ...


@dataclass(frozen=True, slots=True)
class Joining:
    real: Clock
    """How long a session lives is counted in real time."""
    joins: Joins
    owners: Owners
    limit: OpenLimit

    def join(self, event: PersonsJoined, now: datetime) -> None:
        """Pass on what there is; repeatable, and finished by `sweep` whoever dies."""
        until = self.real.now() + WATCHED
        self._follow(self.joins.note(event.former_id, event.person_id, until), now)

    def sweep(self, now: datetime) -> None:
        """Pass on what has appeared under former ids since; safe in several replicas."""
        for join in self.joins.watched():
            self._follow(join, now)
            if join.watched_until is not None and join.watched_until <= self.real.now():
                self.joins.close(join, self.real.now())

    def _follow(self, join: Join, now: datetime) -> None:
        found = self.owners.claims_of(join.former_id)
        if found and join.is_settled:
            join = self.joins.begin(join)  # first: who goes on after a crash must look for the tickets too
        if not join.is_settled and self._pass_on_all(found, join, now):
            self._see_to_tickets(join.person_id, now)
            self.joins.settle(join)

    def _pass_on_all(self, found: Iterable[Claim], join: Join, now: datetime) -> bool:
        """False where another change came between: the next sweep does the rest."""
        after = (passed_on(claim, join.person_id, now, origin()) for claim in found)
        done = [
            self.owners.pass_on(claim, join.former_id, views.owner_changed_event(claim, join.former_id, now))
            for claim in after
        ]
        return all(done)

    def _see_to_tickets(self, person_id: str, now: datetime) -> None:
        """After the appointments are the person's: a ticket is his who has the appointment."""
        for claim in self.owners.claims_of(person_id):
            if claim.state == BOOKED and claim.ends_at > now and not _booked_by_staff(claim):
                self.limit.carry_over(claim.appointment_id, owner_of(person_id, ""), now)


def _booked_by_staff(claim: Claim) -> bool:
    return claim.details is not None and claim.details.assurance_method == BACK_OFFICE
