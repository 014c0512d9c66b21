"""The catalogue's ports in memory, with the promises of the real ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from services.booking.domain.catalogue import Catalogue
from services.booking.domain.change import Change, Entry, Outcome, Scope, with_entry
from services.booking.domain.claim import BOOKED, HOLD, Claim
from services.booking.domain.roster import Ahead
from services.booking.domain.slots import Slot
from services.booking.reconciliation import ahead_of
from services.contracts.wire import Event
from tests.unit.booking.fakes import FakeClaims


class FakeCatalogue:
    """What is decided is in force at once; it is among the changes made once it is finished."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.pending: Change | None = None
        self.changes: dict[str, Change] = {}

    def put(self, entry: Entry) -> None:
        """A change that nobody looks after."""
        self.catalogue = with_entry(self.catalogue, entry, self.catalogue.revision + 1)

    def load(self) -> Catalogue:
        return self.catalogue

    def fresh(self) -> Catalogue:
        return self.catalogue

    def decide(self, change: Change, entry: Entry) -> bool:
        if self.pending is not None or change.revision != self.catalogue.revision + 1:
            return False
        self.catalogue, self.pending = with_entry(self.catalogue, entry, change.revision), change
        return True

    def finish(self) -> None:
        if self.pending is not None:
            self.changes.setdefault(self.pending.change_key, self.pending)
            self.pending = None

    def made(self, change_key: str) -> Change | None:
        return self.changes.get(change_key)

    def handled(self, change_key: str, outcome: Outcome) -> None:
        change = self.changes[change_key]
        self.changes[change_key] = replace(change, outcome=change.outcome or outcome)

    def watch(self, change_key: str, appointment_ids: Iterable[str]) -> None:
        change = self.changes[change_key]
        if change.watched is None:
            self.changes[change_key] = replace(change, watched=tuple(sorted(appointment_ids)))

    def close(self, change_key: str) -> None:
        self.changes[change_key] = replace(self.changes[change_key], closed=True)

    def unclosed(self) -> list[Change]:
        return [change for change in self.changes.values() if not change.closed]

    def latest(self, most: int) -> list[Change]:
        return sorted(self.changes.values(), key=lambda change: -change.revision)[:most]


class FakeUpcoming:
    """Over the claims of the fake store."""

    def __init__(self, claims: FakeClaims) -> None:
        self._claims = claims

    def booked(self, scope: Scope, first: date, now: datetime) -> list[Ahead]:
        found = [c for c in self._all() if c.state == BOOKED and c.day >= first and c.starts_at > now]
        return [
            ahead_of(c)
            for c in found
            if scope.agent_id in ("", c.agent_id) and scope.calendar in ("", c.calendar)
        ]

    def held(self, now: datetime) -> list[Ahead]:
        return [ahead_of(c) for c in self._all() if c.state == HOLD and c.held_until > now]

    def displaced(self, now: datetime) -> list[Ahead]:
        found = [ahead_of(c) for c in self._all() if c.displaced and c.state == BOOKED and c.starts_at > now]
        return sorted(found, key=lambda ahead: ahead.order)

    def taken_on(self, day: date, now: datetime) -> list[tuple[str, Slot]]:
        live = (c for c in self._all() if c.state in (HOLD, BOOKED) and not c.is_vacant(now))
        return [(c.agent_id, c.slot) for c in live if c.day == day]

    def displace(self, claim: Claim, *events: Event) -> bool:
        return self._change(claim, displaced=False, events=events)

    def restore(self, claim: Claim, *events: Event) -> bool:
        return self._change(claim, displaced=True, events=events)

    def _change(self, claim: Claim, *, displaced: bool, events: Iterable[Event]) -> bool:
        there = self._claims.at(claim.claim_id)
        expected = (claim.appointment_id, claim.version, BOOKED, displaced)
        if there is None or (there.appointment_id, there.version, there.state, there.displaced) != expected:
            return False
        changed = replace(there, displaced=claim.displaced, trail=(*there.trail, claim.trail[-1]))
        self._claims.by_id[claim.claim_id] = changed
        self._claims.told.extend(events)
        return True

    def _all(self) -> list[Claim]:
        return list(self._claims.by_id.values())
