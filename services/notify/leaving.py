"""What notify does when a person leaves the platform: a last mail, and nothing is known of the others."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.clock import Clock
from services.contracts import rights as contract
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.notify.keys import KeyedHash, occasion_of
from services.notify.ports import (
    Allowances,
    Composer,
    Deliveries,
    Mailer,
    NeverSent,
    NotSent,
    Place,
    Schedules,
)

_FAREWELLS = 3
"""To one address in an hour: it may be more than one person's."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The use cases with what they need."""

    clock: Clock
    real: Clock
    deliveries: Deliveries
    schedules: Schedules
    allowances: Allowances
    composer: Composer
    mailer: Mailer
    hashed: KeyedHash

    def say_farewell(self, request: contract.SendFarewell) -> contract.Forgotten:
        """Errors: InvalidField(address | request_key), ServiceUnavailable(mail), MailedTooOften."""
        if not request.request_key:
            raise InvalidField("request_key", "missing")
        occasion, now = occasion_of(request.request_key), self.real.now()
        of = f"farewell|{self.hashed(request.address)}"
        place = self.allowances.take(of, occasion, _FAREWELLS, now)
        if place is Place.NONE:
            raise MailedTooOften(str(_FAREWELLS))
        if place is not Place.USED:
            self._send(request, occasion)
            self.allowances.use(of, occasion, now)
        return contract.Forgotten()

    def erase_person(self, event: contract.PersonGone) -> None:
        """What was sent about his means of logging in; repeatable."""
        self.deliveries.erase((), event.credential_ids)

    def erase_appointment(self, event: contract.AppointmentErased) -> None:
        """What was sent about it, and what was to be; repeatable."""
        self.schedules.remove(event.appointment_id)
        self.deliveries.erase((event.appointment_id,), ())

    def _send(self, request: contract.SendFarewell, occasion: str) -> None:
        now = self.clock.now()
        try:
            mail = self.composer.compose_farewell(request.address, request.language, occasion, now)
            self.mailer.send(mail)
        except NeverSent:
            raise InvalidField("address", "format") from None
        except NotSent:
            raise ServiceUnavailable("mail") from None
