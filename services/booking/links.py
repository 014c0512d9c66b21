"""The personal link: renewed, it revokes every one that was sent before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking import views
from services.booking.appointments import Appointments
from services.booking.asker import origin
from services.booking.domain.claim import Claim, link_renewed
from services.booking.domain.life import Transition
from services.booking.ports import Claims
from services.contracts.booking import Appointment, RenewLink
from services.contracts.errors import NotFound, StaleVersion


@dataclass(frozen=True, slots=True)
class Links:
    appointments: Appointments
    claims: Claims

    def renew(self, request: RenewLink, now: datetime) -> Appointment:
        """The next version of the appointment: a move at the same moment carries the new link on, or waits.

        Errors: NotFound(appointment), StaleVersion(link).
        """
        renewed = False
        for claim in self.appointments.attempts(request.appointment_id):
            if renewed and _generation(claim) > request.generation:
                return self.appointments.view(claim)
            if not self.appointments.may(claim, Transition.LINK_RENEWED, request.actor, now):
                raise NotFound("appointment")
            if _generation(claim) != request.generation:
                raise StaleVersion("link")
            after = link_renewed(claim, request.actor, now, origin())
            renewed = self.claims.amend(after, views.link_renewed_event(after, now))
        raise StaleVersion("link")


def _generation(claim: Claim) -> int:
    return claim.details.link_generation if claim.details else 0
