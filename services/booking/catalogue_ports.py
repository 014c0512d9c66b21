"""What changing the catalogue needs from outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from services.booking.domain.catalogue import Catalogue
from services.booking.domain.change import Change, Entry, Outcome, Scope
from services.booking.domain.claim import Claim
from services.booking.domain.roster import Ahead
from services.booking.domain.slots import Slot
from services.booking.ports import CatalogueSource
from services.contracts.wire import Event


class CatalogueStore(CatalogueSource, Protocol):
    """The catalogue and its changes, one at a time; SCARCITY.md says why each step may be repeated."""

    def fresh(self) -> Catalogue:
        """The catalogue as it is now, and from now on what `load` answers."""
        ...

    def decide(self, change: Change, entry: Entry) -> bool:
        """Make it the next revision; from then on it is what everybody reads.

        False where the revision before is not the current one, or its change is not finished.
        """
        ...

    def finish(self) -> None:
        """Put away the change that was decided last, whoever decided it; repeatable."""
        ...

    def made(self, change_key: str) -> Change | None:
        """A change that was decided and finished."""
        ...

    def handled(self, change_key: str, outcome: Outcome) -> None:
        """Note what became of the appointments; only the first note counts."""
        ...

    def watch(self, change_key: str, appointment_ids: Iterable[str]) -> None:
        """Note which holds are to be looked at until they have gone; only the first note counts."""
        ...

    def close(self, change_key: str) -> None:
        """Nothing can come of it any more."""
        ...

    def unclosed(self) -> list[Change]:
        """Changes of which something may come."""
        ...

    def latest(self, most: int) -> list[Change]:
        """The latest changes, the last one first."""
        ...


class Upcoming(Protocol):
    """Claims that are still to come, as changes of the catalogue meet them."""

    def booked(self, scope: Scope, first: date, now: datetime) -> list[Ahead]:
        """Appointments of those days and later that begin after now."""
        ...

    def held(self, now: datetime) -> list[Ahead]:
        """Holds that have not run out."""
        ...

    def displaced(self, now: datetime) -> list[Ahead]:
        """Appointments that nobody can keep, in order of start."""
        ...

    def taken_on(self, day: date, now: datetime) -> list[tuple[str, Slot]]:
        """Agent and time of whatever is held or booked on one day, on whichever calendar."""
        ...

    def displace(self, claim: Claim, *events: Event) -> bool:
        """Store an appointment that is displaced, unless it was changed or displaced before."""
        ...

    def restore(self, claim: Claim, *events: Event) -> bool:
        """Store an appointment that is displaced no more, unless it was changed or restored before."""
        ...
