"""Appointments whose agents cannot keep them: a colleague takes them, or their citizens are asked.

Looking and acting are repeatable and done by any replica: what counts is the catalogue as it is and
the appointments as they are, not which change brought them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.booking import views
from services.booking.asker import origin
from services.booking.catalogue_ports import CatalogueStore, Upcoming
from services.booking.domain.attendance import Attendance, state_of
from services.booking.domain.catalogue import Agent, Calendar, Catalogue
from services.booking.domain.change import Scope
from services.booking.domain.claim import BOOKED, Claim, displaced, reassigned, restored
from services.booking.domain.life import WAITED_FOR
from services.booking.domain.remedy import Diary, Remedy, remedies
from services.booking.domain.roster import Ahead, Roster
from services.booking.ports import Attendances, Claims, PublicHolidays
from services.booking.scarcity import claim_time

_ATTEMPTS = 4
"""Times that another colleague is looked for when the time of one is taken meanwhile."""
_EARLIER = timedelta(days=1)
"""A calendar may have had another zone when an appointment was booked."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    catalogue: CatalogueStore
    claims: Claims
    upcoming: Upcoming
    attendances: Attendances
    holidays: PublicHolidays

    def roster(self, catalogue: Catalogue) -> Roster:
        """Working time as that catalogue has it."""

        def closed(calendar: Calendar, first: date, last: date) -> frozenset[date]:
            country = calendar.holidays_of
            return calendar.closures | (
                self.holidays.between(country, first, last) if country else frozenset()
            )

        return Roster(catalogue, closed)

    def hurt(self, catalogue: Catalogue, scope: Scope, now: datetime) -> list[Ahead]:
        """Appointments ahead that their agents could not keep, in order of start; nothing is changed.

        Without those that are displaced already, and without those that are left to the desk, since
        their citizens have come.
        """
        lost = self.roster(catalogue).unkept(self._booked(scope, now))
        return [ahead for ahead in self._waited_for(lost) if not ahead.displaced]

    def plan(self, catalogue: Catalogue, lost: Iterable[Ahead], now: datetime) -> list[Remedy]:
        """What would become of them; nothing is changed."""
        return list(remedies(self.roster(catalogue), self._diary(now), lost))

    def run(self, scope: Scope, actor: str, now: datetime) -> None:
        """Handle whatever in `scope` cannot be kept, and whatever else is displaced and can be helped."""
        for _ in range(_ATTEMPTS):
            roster = self.roster(self.catalogue.load())
            booked = {ahead.appointment_id: ahead for ahead in self._booked(scope, now)}
            booked |= {ahead.appointment_id: ahead for ahead in self.upcoming.displaced(now)}
            if self._handle(roster, list(booked.values()), actor, now):
                return

    def help(self, ids: Iterable[str], actor: str, now: datetime) -> None:
        """Handle those of these appointments that their agents cannot keep, and all who are displaced."""
        for _ in range(_ATTEMPTS):
            roster = self.roster(self.catalogue.load())
            found = (claim for appointment_id in ids if (claim := self.claims.find(appointment_id)))
            booked = {c.appointment_id: ahead_of(c) for c in found if c.state == BOOKED and c.starts_at > now}
            booked |= {ahead.appointment_id: ahead for ahead in self.upcoming.displaced(now)}
            if self._handle(roster, list(booked.values()), actor, now):
                return

    def look_at(self, ids: Iterable[str], actor: str, now: datetime) -> None:
        """Handle what the agents of these appointments cannot keep, two at one time included."""
        found = (claim for appointment_id in ids if (claim := self.claims.find(appointment_id)))
        for agent_id in {claim.agent_id for claim in found if claim.state == BOOKED}:
            self.run(Scope(agent_id=agent_id), actor, now)

    def doubtful(self, now: datetime) -> set[str]:
        """Holds that may become appointments nobody can keep: off the grid, or in another's way.

        With those appointments to which one of them is offered: they may come to lie there.
        """
        roster, diary = self.roster(self.catalogue.load()), self._diary(now)
        held = self.upcoming.held(now)
        found = [ahead for ahead in held if not roster.on_grid(ahead) or diary.is_crowded(ahead)]
        return {it for ahead in found for it in (ahead.appointment_id, ahead.offered_to) if it}

    def _handle(self, roster: Roster, booked: list[Ahead], actor: str, now: datetime) -> bool:
        """False where somebody came between: look again."""
        diary = self._diary(now)
        lost = roster.unkept(booked)
        gone = set(lost)
        back = [ahead for ahead in booked if ahead.displaced and ahead not in gone]
        crowded = {ahead for ahead in back if diary.is_crowded(ahead)}
        new, old = _parted(self._waited_for([*lost, *crowded]))
        # Those that nobody has been asked about yet have the first choice, as in the preview.
        found = [*remedies(roster, diary, new), *remedies(roster, diary, old)]
        done = [self._restore(ahead, actor, now) for ahead in back if ahead not in crowded]
        return all([*done, *(self._help(remedy, actor, now) for remedy in found)])

    def _help(self, remedy: Remedy, actor: str, now: datetime) -> bool:
        if remedy.colleague is None and remedy.ahead.displaced:
            return True
        claim = self._unchanged(remedy.ahead)
        if claim is None:
            return False
        if remedy.colleague is None:
            return self._displace(claim, actor, now)
        return self._reassign(claim, remedy.colleague, actor, now)

    def _reassign(self, claim: Claim, colleague: Agent, actor: str, now: datetime) -> bool:
        after = reassigned(claim, colleague, actor, now, origin())
        told = [views.moved_event(after, now, claim.starts_at)]
        back = [views.restored_event(after, now)] if claim.displaced else []
        done = claim_time(self.claims, after, now, *told, *back)
        self.claims.settle(claim.appointment_id)
        return done

    def _displace(self, claim: Claim, actor: str, now: datetime) -> bool:
        after = displaced(claim, actor, now, origin())
        return self.upcoming.displace(after, views.displaced_event(after, now))

    def _restore(self, ahead: Ahead, actor: str, now: datetime) -> bool:
        claim = self._unchanged(ahead)
        if claim is None:
            return False
        after = restored(claim, actor, now, origin())
        return self.upcoming.restore(after, views.restored_event(after, now))

    def _unchanged(self, ahead: Ahead) -> Claim | None:
        """The appointment, if it is still as it was seen."""
        claim = self.claims.find(ahead.appointment_id)
        same = claim is not None and claim.state == BOOKED and ahead_of(claim) == ahead
        return claim if same else None

    def _waited_for(self, lost: Iterable[Ahead]) -> list[Ahead]:
        """Without those whose citizens have come already: it is for the desk to see to them."""
        found = list(lost)
        known = self.attendances.of([ahead.appointment_id for ahead in found])
        come = {it for it, attendance in known.items() if not self._is_waited_for(it, attendance)}
        return [ahead for ahead in found if ahead.appointment_id not in come]

    def _is_waited_for(self, appointment_id: str, known: Attendance) -> bool:
        claim = self.claims.find(appointment_id)
        return claim is not None and state_of(claim, known) in WAITED_FOR

    def _booked(self, scope: Scope, now: datetime) -> list[Ahead]:
        if not (scope.agent_id or scope.calendar):
            return []
        return self.upcoming.booked(scope, now.date() - _EARLIER, now)

    def _diary(self, now: datetime) -> Diary:
        return Diary(lambda day: self.upcoming.taken_on(day, now))


def ahead_of(claim: Claim) -> Ahead:
    """What changes of the catalogue look at."""
    return Ahead(
        appointment_id=claim.appointment_id,
        agent_id=claim.agent_id,
        calendar=claim.calendar,
        language=claim.language,
        slot=claim.slot,
        day=claim.day,
        displaced=claim.displaced,
        offered_to=claim.offered_to or "",
    )


def _parted(lost: Iterable[Ahead]) -> tuple[list[Ahead], list[Ahead]]:
    """Those not displaced, and those that are."""
    parts: tuple[list[Ahead], list[Ahead]] = [], []
    for ahead in lost:
        parts[ahead.displaced].append(ahead)
    return parts
