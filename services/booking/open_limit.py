"""At most so many open appointments for whoever books himself; SCARCITY.md says why it holds in any race."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking.domain.claim import HOLD
from services.booking.domain.open_limit import uses_ticket
from services.booking.ports import Claims, Tickets
from services.booking.scarcity import give_back
from services.contracts.errors import TooManyOpenAppointments


@dataclass(frozen=True, slots=True)
class OpenLimit:
    claims: Claims
    tickets: Tickets
    limit: int

    def admit(self, appointment_id: str, owner: str, now: datetime) -> None:
        """See that a hold that is to be confirmed has one of its owner's tickets; repeatable.

        Errors: TooManyOpenAppointments.
        """
        if self.tickets.take(owner, 1, appointment_id, now):  # the one write that most need
            return
        if not (
            self._takes_free(owner, appointment_id, now) or self._takes_spare(owner, appointment_id, now)
        ):
            raise TooManyOpenAppointments(str(self.limit))

    def carry_over(self, appointment_id: str, owner: str, now: datetime) -> None:
        """See that an appointment which has become the owner's has one of his tickets; repeatable.

        Nothing is lost that was booked: where all are in use it gets one beyond the limit.
        """
        while not self._carried_over(appointment_id, owner, now):
            continue  # somebody else was quicker: one of many at once gets on

    def _carried_over(self, appointment_id: str, owner: str, now: datetime) -> bool:
        if self._takes_free(owner, appointment_id, now) or self._takes_spare(owner, appointment_id, now):
            return True
        highest = max(self.tickets.of(owner), default=0)
        return self.tickets.take(owner, max(highest, self.limit) + 1, appointment_id, now)

    def _takes_free(self, owner: str, appointment_id: str, now: datetime) -> bool:
        taken = self.tickets.of(owner)
        free = set(range(1, self.limit + 1)) - set(taken)
        return appointment_id in taken.values() or any(
            self.tickets.take(owner, number, appointment_id, now) for number in sorted(free)
        )

    def _takes_spare(self, owner: str, appointment_id: str, now: datetime) -> bool:
        """Counted anew after each that another got: there may be more tickets than the limit says.

        The lowest spare one is the only one to go for, so that of two who have counted the same one loses.
        """
        while True:
            taken = self.tickets.of(owner)
            if appointment_id in taken.values():
                return True
            spare = sorted(number for number, other in taken.items() if self._is_spare(other, owner, now))
            if not spare or len(taken) - len(spare) >= self.limit:
                return False
            if self.tickets.pass_on(owner, spare[0], taken[spare[0]], appointment_id):
                return True

    def _is_spare(self, appointment_id: str, owner: str, now: datetime) -> bool:
        """A hold that has run out is given back first: it must not be confirmed without its ticket."""
        claim = self.claims.find(appointment_id)
        if uses_ticket(claim, owner, now):
            return False
        return claim is None or claim.state != HOLD or give_back(self.claims, claim, now)
