"""Confirming, reading, moving and cancelling appointments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.booking import views
from services.booking.asker import actor_of, origin
from services.booking.availability import Availability, kind_of
from services.booking.domain.attendance import Attendance, state_of
from services.booking.domain.claim import CANCELLED, Claim, cancelled, confirmed, moved
from services.booking.domain.life import Transition, may
from services.booking.domain.open_limit import owner_of
from services.booking.domain.sought import email_key, number_key
from services.booking.one_booking import OneBooking
from services.booking.open_limit import OpenLimit
from services.booking.persons import BACK_OFFICE, check_confirmation
from services.booking.ports import Attendances, CatalogueSource, Claims
from services.booking.scarcity import claim_time
from services.contracts import person_rules
from services.contracts.booking import Appointment, ConfirmAppointment
from services.contracts.booking_desk import MAX_FOUND, AgentDay, AgentDays, FindAppointments
from services.contracts.errors import (
    AppointmentStarted,
    HoldExpired,
    InvalidField,
    NotFound,
    PlatformError,
    SlotTaken,
    StaleVersion,
)

_ATTEMPTS = 3
"""Times that a change is tried again when somebody else's comes between."""
_UNKNOWN = Attendance()
_MOST_DAYS = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Appointments:
    source: CatalogueSource
    claims: Claims
    attendances: Attendances
    availability: Availability
    limit: OpenLimit
    one_booking: OneBooking

    def get(self, appointment_id: str) -> Appointment:
        """Errors: NotFound(appointment)."""
        return self.view(self.current(appointment_id))

    def on_day(self, day: date, agent_id: str) -> list[Appointment]:
        return self._views(self.claims.booked_on(day, agent_id))

    def counted(self, first: date, last: date) -> AgentDays:
        """Errors: InvalidField(last, range)."""
        if not first <= last < first + _MOST_DAYS:
            raise InvalidField("last", "range")
        found = sorted(self.claims.counted(first, last).items())
        return AgentDays(days=tuple(AgentDay(**place._asdict(), booked=booked) for place, booked in found))

    def found(self, request: FindAppointments) -> list[Appointment]:
        """Errors: InvalidField(email | national_number)."""
        if bool(request.email.strip()) == bool(request.national_number.strip()):
            raise InvalidField("email", "missing")
        if request.email.strip():
            key = email_key(person_rules.tidy("email", request.email))
        else:
            key = number_key(person_rules.tidy("national_number", request.national_number))
        return self._views(self.claims.found_by(key)[:MAX_FOUND])

    def of_person(self, person_id: str) -> list[Appointment]:
        return self._views(self.claims.of_person(person_id)) if person_id else []

    def of_space(self, space_id: str) -> list[Appointment]:
        return self._views(self.claims.of_space(space_id)) if space_id else []

    def confirm(self, request: ConfirmAppointment, now: datetime) -> Appointment:
        """Errors: ConsentMissing, HoldExpired, IdentityCopyMissing, ProcedureOver, TooManyOpenAppointments,
        InvalidField.
        """
        return self._confirm_as_made(request, now) or self._confirm_as_stored(request, now)

    def _confirm_as_made(self, request: ConfirmAppointment, now: datetime) -> Appointment | None:
        """Without asking the store first; nobody is refused by what is only remembered."""
        hold = self.claims.as_made(request.appointment_id)
        if hold is None or hold.holder != request.holder or hold.is_vacant(now):
            return None
        with suppress(PlatformError):
            return self._confirm(hold, request, now)
        return None

    def _confirm_as_stored(self, request: ConfirmAppointment, now: datetime) -> Appointment:
        for _ in range(_ATTEMPTS):
            hold = self._own(request)
            if hold.is_appointment:
                return self.view(hold)
            if hold.is_vacant(now):
                break
            appointment = self._confirm(hold, request, now)
            if appointment:
                return appointment
        raise HoldExpired

    def _confirm(self, hold: Claim, request: ConfirmAppointment, now: datetime) -> Appointment | None:
        """The hold as an appointment; None where it is not as it was read any more."""
        calendar = self.source.load().calendars[hold.calendar]
        checked = check_confirmation(request, calendar.day_of(now))
        self.one_booking.admit(hold.appointment_id, checked.procedure_id, now)
        if checked.assurance.method != BACK_OFFICE:
            owner = owner_of(checked.person_id, checked.applicant.email)
            self.limit.admit(hold.appointment_id, owner, now)
        booked = confirmed(
            hold,
            views.details(checked, now),
            request.person_id,
            now,
            actor=actor_of(request.holder),
            origin=origin(),
        )
        done = self.claims.confirm(booked, now, views.booked_event(booked, now))
        return views.appointment(booked, _UNKNOWN) if done else None

    def cancel(self, appointment_id: str, actor: str, now: datetime) -> Appointment:
        """Errors: NotFound(appointment), AppointmentStarted, StaleVersion(appointment)."""
        for claim in self.attempts(appointment_id):
            if claim.state == CANCELLED:
                return self.view(claim)
            self.refuse_if_too_late(claim, actor, now, Transition.CANCELLED)
            last = cancelled(claim, actor, now, origin())
            self.claims.insert(last, views.cancelled_event(last, now))
        raise StaleVersion("appointment")

    def move(self, appointment_id: str, starts_at: datetime, actor: str, now: datetime) -> Appointment:
        """Errors: NotFound(appointment), AppointmentStarted, Slot..., StaleVersion(appointment)."""
        for claim in self.attempts(appointment_id):
            if claim.state == CANCELLED:
                raise NotFound("appointment")
            if claim.starts_at == starts_at:
                return self.view(claim)
            self.refuse_if_too_late(claim, actor, now)
            if not self._claim_next(claim, starts_at, actor, now) and self._stands(claim):
                raise SlotTaken
        raise StaleVersion("appointment")

    def settle_all(self) -> None:
        """Finish what a dead process left between two steps; safe in several replicas."""
        for appointment_id in self.claims.unsettled():
            self.claims.settle(appointment_id)

    def attempts(self, appointment_id: str) -> Iterator[Claim]:
        """The appointment as it stands, again after each change that was tried."""
        yield self.current(appointment_id)
        for _ in range(_ATTEMPTS):
            self.claims.settle(appointment_id)
            yield self.current(appointment_id)

    def _claim_next(self, claim: Claim, starts_at: datetime, actor: str, now: datetime) -> bool:
        """Put the next version where it is to be.  Errors: SlotPast, SlotNotOffered."""
        kind = kind_of(self.source.load(), claim.kind)
        for offer in self.availability.offers(kind, claim.language, starts_at, now):
            after = moved(claim, offer.agent, offer.slot, offer.day, actor, now, origin())
            if claim_time(self.claims, after, now, views.moved_event(after, now, claim.starts_at)):
                return True
        return False

    def _stands(self, claim: Claim) -> bool:
        """True unless another change came between, or has left its own time blocked, which settling frees."""
        return claim.supersedes is None and self.current(claim.appointment_id).version == claim.version

    def _own(self, request: ConfirmAppointment) -> Claim:
        claim = self.claims.find(request.appointment_id)
        if claim is None or claim.holder != request.holder:
            raise HoldExpired
        return claim

    def current(self, appointment_id: str) -> Claim:
        """The highest version.  Errors: NotFound(appointment), also for a hold."""
        claim = self.claims.find(appointment_id)
        if claim is None or not claim.is_appointment:
            raise NotFound("appointment")
        return claim

    def refuse_if_too_late(
        self, claim: Claim, actor: str, now: datetime, what: Transition = Transition.MOVED
    ) -> None:
        """Errors: AppointmentStarted."""
        if not self.may(claim, what, actor, now):
            raise AppointmentStarted

    def may(self, claim: Claim, what: Transition, actor: str, now: datetime) -> bool:
        """What the table of its life says, as far as `media` has told."""
        known = self._attendance([claim]).get(claim.appointment_id, _UNKNOWN)
        return may(actor, what, state_of(claim, known), claim.slot, now)

    def view(self, claim: Claim) -> Appointment:
        """An appointment as its owner and the staff may see it."""
        return self._views([claim])[0]

    def _views(self, claims: list[Claim]) -> list[Appointment]:
        known = self._attendance(claims)
        return [views.appointment(claim, known.get(claim.appointment_id, _UNKNOWN)) for claim in claims]

    def _attendance(self, claims: Iterable[Claim]) -> dict[str, Attendance]:
        return dict(self.attendances.of([claim.appointment_id for claim in claims]))
