"""Changing what can be booked: look at what it would hurt, then make it, and handle what it hurts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.booking import entries
from services.booking.catalogue_ports import CatalogueStore
from services.booking.domain.catalogue import Catalogue
from services.booking.domain.change import Change, Entry, Outcome, Scope, place_of, with_entry
from services.booking.domain.claim import BOOKED, HOLD
from services.booking.domain.life import PLATFORM, Transition
from services.booking.domain.remedy import Remedy
from services.booking.entry_rules import check
from services.booking.ports import Claims, PublicHolidays
from services.booking.reconciliation import Reconciliation
from services.chassis.codec import to_wire
from services.contracts import calendars as contract
from services.contracts.errors import (
    ChangeTooLarge,
    ImpactChanged,
    InvalidField,
    PlatformError,
    StaleVersion,
)

EVERYWHERE = timedelta(seconds=3)
"""After that long every replica works with a change: they look for one twice a second."""
_MAX_KEY = 200
_MAX_LISTED = 200


@dataclass(frozen=True, slots=True)
class Changes:
    catalogue: CatalogueStore
    claims: Claims
    reconciliation: Reconciliation
    holidays: PublicHolidays

    def seen(self, now: datetime) -> contract.Catalogue:
        """The catalogue as the back office sees it."""
        return entries.as_seen(self.catalogue.fresh(), now)

    def preview(self, change: contract.Change, now: datetime) -> contract.Impact:
        """Errors: InvalidField, NotFound(absence | calendar | agent), ChangeTooLarge."""
        known = self.catalogue.fresh()
        return self._impact(change, self._entry(change, known, now), known, now)

    def apply(self, request: contract.ApplyChange, now: datetime) -> contract.Applied:
        """Errors: those of `preview`, StaleVersion(catalogue), ImpactChanged."""
        _check_key(request)
        self.catalogue.finish()
        change = self.catalogue.made(request.change_key) or self._make(request, now)
        if change.fingerprint != fingerprint(request.change):
            raise InvalidField("change_key", "reused")
        outcome = change.outcome or self._handle(change, now)
        return contract.Applied(
            revision=change.revision, reassigned=outcome.reassigned, displaced=outcome.displaced
        )

    def latest(self) -> contract.ChangesMade:
        """The latest changes, the last one first."""
        return contract.ChangesMade(changes=tuple(map(_made, self.catalogue.latest(_MAX_LISTED))))

    def sweep(self, now: datetime) -> None:
        """Finish what a dead process left, and look at what may still come of changes; repeatable."""
        self.catalogue.finish()
        for change in self.catalogue.unclosed():
            if now >= change.at + EVERYWHERE:
                self._look_again(change, now)

    def heal(self, now: datetime) -> None:
        """Help those who were displaced and can be helped by now, whoever became free."""
        self.reconciliation.run(Scope(), PLATFORM, now)

    def look_over(self, now: datetime) -> None:
        """Compare all that is booked with the working hours, whatever may have brought them apart."""
        for code in self.catalogue.fresh().calendars:
            self.reconciliation.run(Scope(calendar=code), PLATFORM, now)

    def displaced(self, now: datetime) -> list[str]:
        """Appointments that nobody can keep, in order of start."""
        found = self.reconciliation.upcoming.displaced(now)
        return [ahead.appointment_id for ahead in found[: contract.MAX_DISPLACED]]

    def _entry(self, change: contract.Change, known: Catalogue, now: datetime) -> Entry:
        return check(change, known, self.holidays.knows, now)

    def _impact(
        self, change: contract.Change, entry: Entry, known: Catalogue, now: datetime
    ) -> contract.Impact:
        after = with_entry(known, entry, known.revision)
        lost = self.reconciliation.hurt(after, Scope.of(entry), now)
        if len(lost) > contract.MAX_HURT:
            raise ChangeTooLarge(str(contract.MAX_HURT))
        hurt = tuple(map(_hurt, self.reconciliation.plan(after, lost, now)))
        return contract.Impact(revision=known.revision, digest=_digest(change, hurt), hurt=hurt)

    def _make(self, request: contract.ApplyChange, now: datetime) -> Change:
        """The change, made now, or meanwhile by the same request sent twice."""
        refusal = self._decide(request, now)
        self.catalogue.finish()
        made = self.catalogue.made(request.change_key)
        if made is None:
            raise refusal or StaleVersion("catalogue")
        return made

    def _decide(self, request: contract.ApplyChange, now: datetime) -> PlatformError | None:
        """Why it cannot be made; None where it was tried."""
        known = self.catalogue.fresh()
        if known.revision != request.revision:
            return StaleVersion("catalogue")
        entry = self._entry(request.change, known, now)
        impact = self._impact(request.change, entry, known, now)
        if impact.digest != request.impact_digest:
            return ImpactChanged()
        self.catalogue.decide(_change(request, entry, impact, now), entry)
        return None

    def _handle(self, change: Change, now: datetime) -> Outcome:
        """Handle what it hurts; what became of it is noted once, and answered ever after."""
        self.catalogue.fresh()
        self.reconciliation.help(change.hurt, change.actor, now)
        outcome = self._outcome(change)
        self.catalogue.handled(change.change_key, outcome)
        noted = self.catalogue.made(change.change_key)
        return (noted and noted.outcome) or outcome

    def _outcome(self, change: Change) -> Outcome:
        """What became of those it was known to hurt, whoever handled them."""
        found = [claim for appointment_id in change.hurt if (claim := self.claims.find(appointment_id))]
        displaced = [claim for claim in found if claim.displaced]
        taken = [
            claim
            for claim in found
            if any(step.what == Transition.REASSIGNED and step.at >= change.at for step in claim.trail)
        ]
        return Outcome(reassigned=len(taken), displaced=len(displaced))

    def _look_again(self, change: Change, now: datetime) -> None:
        if change.outcome is None:
            self._handle(change, now)
        if change.watched is None:
            # Until a moment ago a replica may have known the old hours only.
            self.catalogue.fresh()
            self.reconciliation.run(change.scope, change.actor, now)
            self.catalogue.watch(change.change_key, self._doubtful(change, now))
        else:
            self._look_at_watched(change.change_key, change.watched, change.actor, now)

    def _doubtful(self, change: Change, now: datetime) -> set[str]:
        return self.reconciliation.doubtful(now) if change.scope != Scope() else set()

    def _look_at_watched(self, change_key: str, ids: Iterable[str], actor: str, now: datetime) -> None:
        """Once none of them is a hold any more, nothing can come of the change."""
        claims = [claim for appointment_id in ids if (claim := self.claims.find(appointment_id))]
        booked = [claim.appointment_id for claim in claims if claim.state == BOOKED]
        if booked:
            self.reconciliation.look_at(booked, actor, now)
        if not any(claim.state == HOLD and not claim.is_vacant(now) for claim in claims):
            self.catalogue.close(change_key)


def fingerprint(change: contract.Change) -> str:
    """The same for the same change."""
    return _hash(to_wire(change))


def _digest(change: contract.Change, hurt: Iterable[contract.Hurt]) -> str:
    """Of the change and of who is hurt how; which colleague helps is no part of it."""
    listed = [[one.appointment_id, one.starts_at.isoformat(), one.remedy] for one in hurt]
    return _hash([to_wire(change), listed])


def _hash(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _check_key(request: contract.ApplyChange) -> None:
    for name in ("change_key", "actor"):
        text = getattr(request, name)
        if not text:
            raise InvalidField(name, "missing")
        if len(text) > _MAX_KEY:
            raise InvalidField(name, "too_long")


def _change(request: contract.ApplyChange, entry: Entry, impact: contract.Impact, now: datetime) -> Change:
    what, code = place_of(entry)
    return Change(
        change_key=request.change_key,
        fingerprint=fingerprint(request.change),
        revision=impact.revision + 1,
        at=now,
        actor=request.actor,
        what=what,
        code=code,
        scope=Scope.of(entry),
        hurt=tuple(one.appointment_id for one in impact.hurt),
    )


def _hurt(remedy: Remedy) -> contract.Hurt:
    ahead, colleague = remedy.ahead, remedy.colleague
    return contract.Hurt(
        appointment_id=ahead.appointment_id,
        starts_at=ahead.slot.starts_at,
        ends_at=ahead.slot.ends_at,
        language=ahead.language,
        agent_id=ahead.agent_id,
        remedy=contract.REASSIGN if colleague else contract.CHOICE,
        colleague_id=colleague.agent_id if colleague else "",
    )


_WORDS = {
    "calendars": "calendar",
    "agents": "agent",
    "kinds": "kind",
    "subjects": "subject",
    "absences": "absence",
}


def _made(change: Change) -> contract.ChangeMade:
    outcome = change.outcome or Outcome(0, 0)
    return contract.ChangeMade(
        revision=change.revision,
        at=change.at,
        actor=change.actor,
        what=_WORDS[change.what],
        code=change.scope.agent_id if change.what == "absences" else change.code,
        reassigned=outcome.reassigned,
        displaced=outcome.displaced,
    )
