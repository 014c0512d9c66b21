"""What the citizen does: ask for an earlier time, take that back, accept or decline an offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking import views as booking_views
from services.booking.appointments import Appointments
from services.booking.asker import origin
from services.booking.domain.claim import BOOKED, Claim, accepted
from services.booking.domain.earlier import ENDED, OfferRules, Wish, asked, asked_again, seen
from services.booking.domain.life import CITIZEN
from services.booking.earlier import views
from services.booking.earlier.offering import Offering
from services.booking.earlier.ports import Wishes
from services.booking.ports import Claims
from services.contracts.booking import Appointment
from services.contracts.earlier import AcceptEarlier, AskForEarlier, EarlierWish
from services.contracts.errors import HoldExpired, InvalidField, NotFound, StaleVersion

_ATTEMPTS = 3
"""Times that a change is tried again when another comes between."""


@dataclass(frozen=True, slots=True)
class Wishing:
    appointments: Appointments
    claims: Claims
    wishes: Wishes
    offering: Offering
    rules: OfferRules

    def get(self, appointment_id: str, now: datetime) -> EarlierWish:
        """Errors: NotFound(appointment)."""
        self.appointments.current(appointment_id)
        return self._view(appointment_id, now)

    def ask(self, request: AskForEarlier, now: datetime) -> EarlierWish:
        """Errors: NotFound(appointment), AppointmentStarted, InvalidField, StaleVersion(wish)."""
        appointment = self._ahead(request.appointment_id, CITIZEN, now)
        latest = appointment.starts_at - (appointment.ends_at - appointment.starts_at)
        if request.not_before is not None and request.not_before > latest:
            raise InvalidField("not_before", "range")
        for _ in range(_ATTEMPTS):
            if self._asked(appointment, request.not_before, now):
                return self._view(request.appointment_id, now)
        raise StaleVersion("wish")

    def stop(self, appointment_id: str, now: datetime) -> EarlierWish:
        """Errors: NotFound(appointment), StaleVersion(wish)."""
        self.appointments.current(appointment_id)
        self._end(appointment_id, now)
        return views.no_wish(appointment_id, self.rules)

    def accept(self, request: AcceptEarlier, now: datetime) -> Appointment:
        """Errors: NotFound(appointment), HoldExpired, AppointmentStarted, StaleVersion."""
        for claim in self.appointments.attempts(request.appointment_id):
            if claim.accepted_offer == request.offer_id:
                self._end(request.appointment_id, now)
                return self.appointments.view(claim)
            self._refuse_if_over(claim, request.actor, now)
            offer = self._open_offer(claim, request.offer_id, now)
            after = accepted(claim, offer, request.actor, now, origin())
            self.claims.accept(offer, after, now, booking_views.moved_event(after, now, claim.starts_at))
        raise StaleVersion("appointment")

    def decline(self, appointment_id: str, offer_id: str, now: datetime) -> EarlierWish:
        """Errors: NotFound(appointment)."""
        self.appointments.current(appointment_id)
        wish = self.wishes.find(appointment_id)
        if wish is not None and wish.offer is not None and wish.offer.offer_id == offer_id:
            self.offering.pass_on(wish, wish.offer, now)
        return self._view(appointment_id, now)

    def _asked(self, appointment: Claim, not_before: datetime | None, now: datetime) -> bool:
        wish = self.wishes.find(appointment.appointment_id)
        if wish is None:
            return self.wishes.add(asked(appointment, not_before, now))
        if wish.state != ENDED and wish.not_before == not_before:
            return True
        return self.wishes.change(wish, asked_again(wish, not_before, now))

    def _open_offer(self, claim: Claim, offer_id: str, now: datetime) -> Claim:
        """The hold that this appointment may take over.  Errors: HoldExpired."""
        offer = self.claims.find(offer_id)
        if offer is None or offer.offered_to != claim.appointment_id or offer.is_vacant(now):
            raise HoldExpired
        if offer.ends_at > claim.starts_at:
            raise HoldExpired  # moved by hand meanwhile, to where it is no earlier time any more
        return offer

    def _ahead(self, appointment_id: str, actor: str, now: datetime) -> Claim:
        """Errors: NotFound(appointment), AppointmentStarted."""
        claim = self.appointments.current(appointment_id)
        self._refuse_if_over(claim, actor, now)
        return claim

    def _refuse_if_over(self, claim: Claim, actor: str, now: datetime) -> None:
        """Errors: NotFound(appointment) for a cancelled one, AppointmentStarted."""
        if claim.state != BOOKED:
            raise NotFound("appointment")
        self.appointments.refuse_if_too_late(claim, actor, now)

    def _end(self, appointment_id: str, now: datetime) -> None:
        """Errors: StaleVersion(wish)."""
        for _ in range(_ATTEMPTS):
            wish = self.wishes.find(appointment_id)
            if wish is None or self.offering.end(wish, now):
                return
        raise StaleVersion("wish")

    def _view(self, appointment_id: str, now: datetime) -> EarlierWish:
        wish: Wish | None = self.wishes.find(appointment_id)
        if wish is None:
            return views.no_wish(appointment_id, self.rules)
        return views.wish(seen(wish, self.rules, now), self.rules)
