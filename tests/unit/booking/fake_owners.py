"""Owners of appointments in memory, with the promises of the real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.booking.domain.claim import LAPSED, Claim
from services.booking.domain.keeping import changes_at
from services.booking.joining import Join
from services.contracts.wire import Event
from tests.unit.booking.fakes import FakeClaims


class FakeOwners:
    def __init__(self, claims: FakeClaims) -> None:
        self.claims = claims

    def claims_of(self, person_id: str) -> list[Claim]:
        there = self.claims.by_id.values()
        return [claim for claim in there if claim.person_id == person_id and claim.state != LAPSED]

    def due(self, now: datetime) -> list[Claim]:
        there = [(changes_at(claim), claim) for claim in self.claims.by_id.values()]
        return [claim for at, claim in there if at is not None and at <= now]

    def remove(self, claim: Claim) -> None:
        if self.claims.by_id.get(claim.claim_id) == claim:
            del self.claims.by_id[claim.claim_id]

    def erase(self, claim: Claim, *events: Event) -> bool:
        there = self.claims.by_id.get(claim.claim_id)
        as_read = (claim.appointment_id, claim.version, claim.state)
        if there is None or (there.appointment_id, there.version, there.state) != as_read:
            return False
        self.claims.by_id[claim.claim_id] = claim
        self.claims.told.extend(events)
        return True

    def pass_on(self, claim: Claim, former_id: str, *events: Event) -> bool:
        there = self.claims.by_id.get(claim.claim_id)
        as_read = (claim.appointment_id, claim.version, former_id)
        if there is None or (there.appointment_id, there.version, there.person_id) != as_read:
            return False
        trail = (*there.trail, claim.trail[-1])
        self.claims.by_id[claim.claim_id] = replace(there, person_id=claim.person_id, trail=trail)
        self.claims.told.extend(events)
        return True


class FakeJoins:
    def __init__(self) -> None:
        self.kept: dict[str, Join] = {}

    def note(self, former_id: str, person_id: str, until: datetime) -> Join:
        fresh = Join(former_id=former_id, person_id=person_id, watched_until=until)
        return self.kept.setdefault(former_id, fresh)

    def watched(self) -> list[Join]:
        return [join for join in self.kept.values() if join.watched_until]

    def begin(self, join: Join) -> Join:
        there = self.kept[join.former_id]
        if there.round == join.round:
            self.kept[join.former_id] = replace(there, round=there.round + 1)
        return self.kept[join.former_id]

    def settle(self, join: Join) -> None:
        there = self.kept[join.former_id]
        if there.round == join.round:
            self.kept[join.former_id] = replace(there, settled_round=there.round)

    def close(self, join: Join, now: datetime) -> None:
        there = self.kept[join.former_id]
        if there.is_settled and there.round == join.round:
            self.kept[join.former_id] = replace(there, watched_until=None)
