"""A draft becomes one appointment, on however many devices it is confirmed; SCARCITY.md says why it holds.

It is settled by a ticket, as the number of open appointments is: a draft has one, whoever inserts it has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking.domain.claim import HOLD, Claim
from services.booking.domain.open_limit import owner_of_draft
from services.booking.ports import Claims, Tickets
from services.booking.scarcity import give_back
from services.contracts.errors import HoldExpired, ProcedureOver

_ONLY = 1


@dataclass(frozen=True, slots=True)
class OneBooking:
    claims: Claims
    tickets: Tickets

    def admit(self, appointment_id: str, procedure_id: str, now: datetime) -> None:
        """See that a hold which is to be confirmed has its draft's ticket, if it comes from one; repeatable.

        A hold of the same draft on another device, not confirmed yet, is given back.
        Errors: ProcedureOver(submitted), HoldExpired where another device gave this one back.
        """
        owner = owner_of_draft(procedure_id)
        while procedure_id and not self._has_ticket(owner, appointment_id, now):
            continue  # another device was quicker: look at what it did

    def _has_ticket(self, owner: str, appointment_id: str, now: datetime) -> bool:
        if self.tickets.take(owner, _ONLY, appointment_id, now):
            return True
        other = self.tickets.of(owner)[_ONLY]
        if other == appointment_id:
            return True
        self._require_hold(appointment_id, now)
        if not self._ended(self.claims.find(other), now):
            return False
        return self.tickets.pass_on(owner, _ONLY, other, appointment_id)

    def _require_hold(self, appointment_id: str, now: datetime) -> None:
        """Whoever was given back takes nobody along; the ticket was read before.  Errors: HoldExpired."""
        own = self.claims.find(appointment_id)
        if own is None or own.state != HOLD or own.is_vacant(now):
            raise HoldExpired

    def _ended(self, other: Claim | None, now: datetime) -> bool:
        """True once the other one can never be confirmed.  Errors: ProcedureOver where it has been."""
        if other is not None and other.is_appointment:
            raise ProcedureOver("submitted")
        return other is None or other.state != HOLD or give_back(self.claims, other, now)
