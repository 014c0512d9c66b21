"""The audit trail: all that happened to one appointment, from whichever document it is kept in."""

from __future__ import annotations

from dataclasses import dataclass

from services.booking.domain.attendance import Attendance, Fact
from services.booking.domain.claim import Step
from services.booking.ports import Attendances, Claims
from services.contracts.booking import AuditStep, AuditTrail
from services.contracts.errors import NotFound


@dataclass(frozen=True, slots=True)
class Audit:
    claims: Claims
    attendances: Attendances

    def trail(self, appointment_id: str) -> AuditTrail:
        """Steps in the order in which they happened.  Errors: NotFound(appointment)."""
        attendance = self.attendances.of([appointment_id]).get(appointment_id, Attendance())
        steps = [
            *map(_step, self.claims.trail(appointment_id)),
            *map(_told, attendance.facts),
        ]
        if not steps:
            raise NotFound("appointment")
        return AuditTrail(steps=tuple(sorted(steps, key=lambda step: step.at)))


def _step(step: Step) -> AuditStep:
    return AuditStep(at=step.at, what=step.what, who=step.who, origin=step.origin, version=step.version)


def _told(fact: Fact) -> AuditStep:
    return AuditStep(
        at=fact.at,
        what=fact.what.value,
        who=fact.who,
        origin=fact.origin,
        version=fact.version,
        document_id=fact.document_id,
        receipt=fact.receipt,
    )
