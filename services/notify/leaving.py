"""What notify does when a person leaves the platform: a last mail, and nothing is known of the others."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.clock import Clock
from services.contracts import rights as contract
from services.contracts.errors import InvalidField
from services.notify.keys import KeyedHash, occasion_of
from services.notify.ports import Composer, Deliveries, Schedules
from services.notify.post import Allowance, Post, told

_FAREWELLS = 3
"""To one address in an hour: it may be more than one person's."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The use cases with what they need."""

    clock: Clock
    """Business time: the date of the mail."""
    deliveries: Deliveries
    schedules: Schedules
    composer: Composer
    post: Post
    hashed: KeyedHash

    def say_farewell(self, request: contract.SendFarewell) -> contract.Forgotten:
        """Errors: InvalidField(address | request_key), ServiceUnavailable(mail), MailedTooOften."""
        if not request.request_key:
            raise InvalidField("request_key", "missing")
        occasion = occasion_of(request.request_key)
        with told():
            mail = self.composer.compose_farewell(
                request.address, request.language, occasion, self.clock.now()
            )
        self.post.send(mail, occasion, Allowance(f"farewell|{self.hashed(request.address)}", _FAREWELLS))
        return contract.Forgotten()

    def erase_person(self, event: contract.PersonGone) -> None:
        """What was sent about his means of logging in; repeatable."""
        self.deliveries.erase((), event.credential_ids)

    def erase_appointment(self, event: contract.AppointmentErased) -> None:
        """What was sent about it, and what was to be; repeatable."""
        self.schedules.remove(event.appointment_id)
        self.deliveries.erase((event.appointment_id,), ())
