"""Consents given: each with an appointment, and the one to the private space that lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.chassis.clock import Clock
from services.contracts import consents as contract
from services.contracts.booking_events import AppointmentBooked, AppointmentCancelled
from services.contracts.space_access import GRACE_DAYS
from services.spaces.domain.consent import KEPT, Consent
from services.spaces.domain.private_space import PrivateSpace
from services.spaces.ports import ConsentStore, Spaces


@dataclass(frozen=True, slots=True)
class Consents:
    clock: Clock
    consents: ConsentStore
    private: Spaces

    def of(self, request: contract.ListConsents) -> contract.Consents:
        now, person_id = self.clock.now(), request.actor.person_id
        given = [_shown(one) for one in self.consents.of_person(person_id) if not one.is_forgotten(now)]
        space = self.private.get(person_id)
        if space is not None and not space.is_gone(now):
            given += _to_keep(space)
        return contract.Consents(consents=tuple(sorted(given, key=lambda one: one.given_at, reverse=True)))

    def booked(self, event: AppointmentBooked) -> None:
        """Somebody who had logged in has consented; told again it is the same consent."""
        if event.person_id and event.consent_version:
            given = Consent(event.appointment_id, event.person_id, event.consent_version, event.occurred_at)
            self.consents.note(given)

    def cancelled(self, event: AppointmentCancelled) -> None:
        """It may be told before the booking is."""
        self.consents.withdraw(event.appointment_id, event.occurred_at)

    def join(self, person_id: str, former_id: str) -> None:
        """What the one has consented to, the other has: they are the same person."""
        self.consents.move(former_id, person_id)

    def forget(self) -> None:
        """Those that are kept no longer."""
        self.consents.forget(self.clock.now() - KEPT)


def _to_keep(space: PrivateSpace) -> list[contract.Consent]:
    """To what the space is there for; a space from before that was noted has none."""
    if space.consented_at is None:
        return []
    withdrawn_at = space.gone_at - timedelta(days=GRACE_DAYS) if space.gone_at else None
    return [
        contract.Consent(
            purpose=contract.KEEPING,
            text_version=space.consent_version,
            given_at=space.consented_at,
            appointment_id="",
            withdrawn_at=withdrawn_at,
        )
    ]


def _shown(consent: Consent) -> contract.Consent:
    return contract.Consent(
        purpose=contract.APPOINTMENT,
        text_version=consent.text_version,
        given_at=consent.given_at,
        appointment_id=consent.appointment_id,
        withdrawn_at=consent.withdrawn_at,
    )
