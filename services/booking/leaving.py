"""Persons leave, and old appointments forget them: what is left says when, what about and how it went.

Who leaves has what is ahead of him alone cancelled at once, since nobody can log in for it any more; what he
has booked for a company stays the company's. What follows the end of his grace, and what follows thirty days
after any appointment, is the same: nothing of a person is left in it, and whoever keeps something about it
elsewhere is told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from services.booking import views
from services.booking.appointments import Appointments
from services.booking.domain.claim import BOOKED, Claim
from services.booking.domain.erasure import erased, names_somebody
from services.booking.domain.keeping import ticket_needed_until
from services.booking.domain.life import CITIZEN, Transition
from services.booking.domain.open_limit import owner_of, owners_of
from services.booking.earlier.ports import Wishes
from services.booking.joining import Owners
from services.booking.ports import Claims, Ticket, Tickets
from services.contracts.errors import AppointmentStarted, StaleVersion
from services.contracts.rights import PersonGone, PersonLeaving

_ATTEMPTS = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leaving:
    claims: Claims
    appointments: Appointments
    owners: Owners
    wishes: Wishes
    tickets: Tickets

    def cancel_ahead(self, event: PersonLeaving, now: datetime) -> None:
        """What he had booked for himself when he asked to leave; repeatable.  Errors: StaleVersion."""
        for claim in self.owners.claims_of(event.person_id):
            if _is_ahead(claim, now) and _is_own(claim) and _booked_at(claim) <= event.occurred_at:
                self._cancel(claim, now)

    def erase(self, event: PersonGone, now: datetime) -> None:
        """Everything that is his; repeatable.

        Errors: StaleVersion(appointment) where something could not be erased at this moment: told again.
        """
        for claim in self.owners.claims_of(event.person_id):
            if _is_ahead(claim, now):
                self._cancel(claim, now)
        if not self._erase_all(self.owners.claims_of(event.person_id), now):
            raise StaleVersion("appointment")
        self.tickets.drop(owner_of(event.person_id, ""))
        _log.info("a person is erased", extra={"person_id": event.person_id})

    def forget_old(self, now: datetime) -> None:
        """Who is named in appointments of long ago, then these; safe in several replicas."""
        for claim in self.owners.due(now):
            if names_somebody(claim):
                self._erase(claim, now)
            else:
                self.owners.remove(claim)
        self._forget_tickets(now)

    def _forget_tickets(self, now: datetime) -> None:
        """Those whose appointment needs none any more, or never came to be."""
        for ticket in self.tickets.to_look_at(now):
            until = ticket_needed_until(self.claims.find(ticket.appointment_id), now)
            if until is None:
                self.tickets.give_up(ticket)
            else:
                self.tickets.look_again(ticket, until)

    def _cancel(self, claim: Claim, now: datetime) -> None:
        """Errors: StaleVersion(appointment).  One that has begun goes on, and is erased when it is over."""
        with suppress(AppointmentStarted):
            self.appointments.cancel(claim.appointment_id, CITIZEN, now)

    def _erase_all(self, claims: Iterable[Claim], now: datetime) -> bool:
        return all([self._erase(claim, now) for claim in claims])

    def _erase(self, claim: Claim, now: datetime) -> bool:
        """False where another change came between, or it still goes on."""
        if not names_somebody(claim) or _is_ahead(claim, now):
            return claim.details is None
        self._drop_wish(claim.appointment_id)
        self._drop_tickets(claim)
        after = erased(claim, now)
        return self.owners.erase(after, views.erased_event(after, now))

    def _drop_wish(self, appointment_id: str) -> None:
        for _ in range(_ATTEMPTS):
            wish = self.wishes.find(appointment_id)
            if wish is None or self.wishes.remove(wish):
                return

    def _drop_tickets(self, claim: Claim) -> None:
        for owner in owners_of(claim):
            for number, appointment_id in self.tickets.of(owner).items():
                if appointment_id == claim.appointment_id:
                    self.tickets.give_up(Ticket(owner, number, appointment_id))


def _is_ahead(claim: Claim, now: datetime) -> bool:
    return claim.state == BOOKED and claim.ends_at > now


def _is_own(claim: Claim) -> bool:
    return claim.details is None or not claim.details.space_id


def _booked_at(claim: Claim) -> datetime:
    return next((step.at for step in claim.trail if step.what == Transition.BOOKED.value), claim.starts_at)
