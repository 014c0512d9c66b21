"""Booking's ports in memory, with the promises of the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from services.booking.domain.attendance import Attendance, Fact
from services.booking.domain.claim import BOOKED, HOLD, LAPSED, Claim, Step
from services.booking.domain.slots import Slot
from services.booking.domain.sought import keys
from services.booking.domain.taken import Claimed, TakenDay
from services.booking.ports import AgentOnDay
from services.contracts.wire import Event


class FakeClaims:
    """Claims by what they claim; `told` are the events that would be published, in order."""

    def __init__(self) -> None:
        self.by_id: dict[str, Claim] = {}
        self.kept: dict[str, tuple[Step, ...]] = {}
        """Trails of holds that are gone."""
        self.told: list[Event] = []
        self.made: dict[str, Claim] = {}
        """Holds as they were made: what a process remembers may be as old as that."""

    def insert(self, claim: Claim, *events: Event) -> bool:
        if claim.claim_id in self.by_id or self._clashes(claim):
            return False
        return self._put(claim, events)

    def take_over(self, lapsed: Claim, claim: Claim, *events: Event) -> bool:
        there = self.by_id.get(claim.claim_id)
        if there is None or there.appointment_id != lapsed.appointment_id or there.state != LAPSED:
            return False
        if self._clashes(claim):
            return False
        self._keep_trail(there)
        return self._put(claim, events)

    def renew(self, claim: Claim, now: datetime) -> bool:
        there = self._hold(claim, now)
        return bool(there and there.renewals_left == claim.renewals_left + 1) and self._put(claim, ())

    def confirm(self, claim: Claim, now: datetime, *events: Event) -> bool:
        there = self._hold(claim, now)
        return bool(there and there.renewals_left == claim.renewals_left) and self._put(claim, events)

    def accept(self, offer: Claim, claim: Claim, now: datetime, *events: Event) -> bool:
        stands = self._hold(offer, now) is not None and offer.claim_id == claim.claim_id
        return stands and not self._clashes(claim) and self._put(claim, events)

    def lapse(self, lapsed: Claim, *events: Event) -> bool:
        there = self.by_id.get(lapsed.claim_id)
        if there is None or there.state != HOLD or not _as_read(there, lapsed):
            return False
        trail = lapsed.trail
        return self._put(replace(there, state=LAPSED, hold_key=None, offered_to=None, trail=trail), events)

    def amend(self, claim: Claim, *events: Event) -> bool:
        there = self.by_id.get(claim.claim_id)
        version = (claim.appointment_id, claim.version - 1)
        if there is None or (there.appointment_id, there.version) != version or self._clashes(claim):
            return False
        return self._put(claim, events)

    def settle(self, appointment_id: str) -> Claim | None:
        versions = self._versions(appointment_id)
        for claim in versions[1:]:
            del self.by_id[claim.claim_id]
        for claim in versions[:1]:
            self.by_id[claim.claim_id] = replace(claim, supersedes=None)
        return versions[0] if versions else None

    def clear_lapsed(self) -> int:
        lapsed = [claim_id for claim_id, claim in self.by_id.items() if claim.state == LAPSED]
        for claim_id in lapsed:
            self._keep_trail(self.by_id.pop(claim_id))
        return len(lapsed)

    def at(self, claim_id: str) -> Claim | None:
        return self.by_id.get(claim_id)

    def held_under(self, holder: str, hold_key: str) -> Claim | None:
        same = [c for c in self.by_id.values() if (c.holder, c.hold_key) == (holder, hold_key)]
        return max(same, key=lambda claim: claim.version, default=None)

    def as_made(self, appointment_id: str) -> Claim | None:
        return self.made.get(appointment_id)

    def find(self, appointment_id: str) -> Claim | None:
        return next(iter(self._versions(appointment_id)), None)

    def days(self, calendar: str, days: Iterable[date]) -> dict[date, TakenDay]:
        return {day: TakenDay.of(self.claimed(calendar, day)) for day in days}

    def keep_days(self, calendar: str, first: date, last: date) -> None: ...

    def claimed(self, calendar: str, day: date) -> list[Claimed]:
        there = [c for c in self.by_id.values() if (c.calendar, c.day) == (calendar, day)]
        return [
            Claimed(c.agent_id, c.slot, c.held_until if c.state == HOLD else None)
            for c in there
            if c.state in (HOLD, BOOKED)
        ]

    def vacant(self, claim_ids: Iterable[str], now: datetime) -> frozenset[str]:
        return frozenset(claim_ids) - {claim.claim_id for claim in self._live(now)}

    def touching(self, agent_id: str, day: date, slot: Slot, now: datetime) -> list[Slot]:
        claims = [c for c in self._live(now) if (c.agent_id, c.day) == (agent_id, day)]
        return [c.slot for c in claims if c.slot.touches(slot)]

    def booked_on(self, day: date, agent_id: str = "") -> list[Claim]:
        claims = [c for c in self._highest() if c.state == BOOKED and c.day == day]
        found = [c for c in claims if not agent_id or c.agent_id == agent_id]
        return sorted(found, key=lambda claim: (claim.starts_at, claim.agent_id))

    def counted(self, first: date, last: date) -> Counter[AgentOnDay]:
        booked = (c for c in self._highest() if c.state == BOOKED and first <= c.day <= last)
        return Counter(AgentOnDay(c.day, c.agent_id, c.agent_name) for c in booked)

    def found_by(self, key: str) -> list[Claim]:
        found = [c for c in self._highest() if c.is_appointment and key in keys(c.details)]
        return sorted(found, key=lambda claim: claim.starts_at, reverse=True)

    def of_person(self, person_id: str) -> list[Claim]:
        found = [c for c in self._highest() if c.is_appointment and c.person_id == person_id]
        return sorted(found, key=lambda claim: claim.starts_at, reverse=True)

    def of_space(self, space_id: str) -> list[Claim]:
        found = [c for c in self._highest() if c.is_appointment and _space_of(c) == space_id]
        return sorted(found, key=lambda claim: claim.starts_at, reverse=True)

    def run_out(self, now: datetime) -> list[Claim]:
        return [c for c in self.by_id.values() if c.state == HOLD and c.held_until <= now]

    def offered(self) -> list[Claim]:
        return [c for c in self.by_id.values() if c.offered_to]

    def trail(self, appointment_id: str) -> tuple[Step, ...]:
        claim = self.find(appointment_id)
        return claim.trail if claim else self.kept.get(appointment_id, ())

    def unsettled(self) -> list[str]:
        return [c.appointment_id for c in self.by_id.values() if c.supersedes]

    def _keep_trail(self, lapsed: Claim) -> None:
        self.kept.setdefault(lapsed.appointment_id, lapsed.trail)

    def _put(self, claim: Claim, events: Iterable[Event]) -> bool:
        self.by_id[claim.claim_id] = claim
        if claim.state == HOLD:
            self.made.setdefault(claim.appointment_id, claim)
        self.told.extend(events)
        return True

    def _hold(self, claim: Claim, now: datetime) -> Claim | None:
        there = self.by_id.get(claim.claim_id)
        if there is None or there.state != HOLD or there.held_until <= now:
            return None
        return there if (there.appointment_id, there.holder) == (claim.appointment_id, claim.holder) else None

    def _clashes(self, claim: Claim) -> bool:
        key = (claim.holder, claim.hold_key, claim.version)
        return any(
            (c.appointment_id, c.version) == (claim.appointment_id, claim.version)
            or (c.hold_key is not None and (c.holder, c.hold_key, c.version) == key)
            for c in self.by_id.values()
        )

    def _versions(self, appointment_id: str) -> list[Claim]:
        same = [c for c in self.by_id.values() if c.appointment_id == appointment_id]
        return sorted(same, key=lambda claim: claim.version, reverse=True)

    def _highest(self) -> list[Claim]:
        return [c for c in self.by_id.values() if self.find(c.appointment_id) == c]

    def _live(self, now: datetime) -> list[Claim]:
        live = [c for c in self.by_id.values() if c.state in (HOLD, BOOKED) and not c.is_vacant(now)]
        return sorted(live, key=lambda claim: claim.starts_at)


def _space_of(claim: Claim) -> str:
    return claim.details.space_id if claim.details else ""


def _as_read(there: Claim, claim: Claim) -> bool:
    return (there.appointment_id, there.held_until) == (claim.appointment_id, claim.held_until)


class FakeAttendances:
    def __init__(self) -> None:
        self.known: dict[str, Attendance] = {}
        self.told: list[Event] = []

    def add(self, appointment_id: str, known: Attendance, fact: Fact, *events: Event) -> bool:
        if self.known.get(appointment_id, Attendance()) != known:
            return False
        self.known[appointment_id] = known.knowing(fact)
        self.told.extend(events)
        return True

    def of(self, appointment_ids: Iterable[str]) -> dict[str, Attendance]:
        return {key: self.known[key] for key in appointment_ids if key in self.known}


class FixedHolidays:
    def __init__(self, *days: date) -> None:
        self.days = frozenset(days)

    def between(self, country: str, first: date, last: date) -> frozenset[date]:
        return frozenset(day for day in self.days if first <= day <= last)

    def knows(self, country: str) -> bool:
        return country == "LU"
