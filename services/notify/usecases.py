"""What notify does: every message once, tried again until it is out."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from dataclasses import dataclass
from email.message import EmailMessage

from services.chassis.clock import Clock
from services.contracts import notify as contract
from services.contracts.booking import Appointment
from services.contracts.errors import InvalidField, MailedTooOften, PlatformError, ServiceUnavailable
from services.notify.domain.delivery import (
    AGAIN_AN_HOUR,
    CODES_AN_HOUR,
    CONFIRMATION_AGAIN,
    FAILED,
    MAX_ATTEMPTS,
    SENT,
    SUPERSEDED,
    Delivery,
    Message,
    is_superseded,
    next_attempt,
)
from services.notify.ports import (
    Allowances,
    Appointments,
    Composer,
    Deliveries,
    Mailer,
    NeverSent,
    NotSent,
    Place,
)

_log = logging.getLogger(__name__)
_SIX_DIGITS = re.compile("[0-9]{6}")
_AT_ONCE = 20
"""Messages tried in one round of retries."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """The use cases with what they need."""

    clock: Clock
    """Business time: what the mail says."""
    real: Clock
    """Real time: leases and retries."""
    deliveries: Deliveries
    allowances: Allowances
    appointments: Appointments
    composer: Composer
    mailer: Mailer
    hash_key: bytes

    def notify(self, message: Message) -> None:
        """Send this message unless it was; what fails now is tried again by `retry_due`."""
        self.deliveries.claim(message, self.real.now())
        self._attempt(message)

    def send_again(self, appointment_id: str, request_key: str) -> contract.Accepted:
        """Have the confirmation go out once more.  Errors: MailedTooOften."""
        now, occasion = self.real.now(), _occasion(request_key)
        place = self.allowances.take(f"again|{appointment_id}", occasion, AGAIN_AN_HOUR, now)
        if place is Place.NONE:
            raise MailedTooOften(str(AGAIN_AN_HOUR))
        self.deliveries.claim(Message(CONFIRMATION_AGAIN, appointment_id, 0, occasion), now)
        return contract.Accepted()

    def send_address_code(self, request: contract.SendAddressCode) -> contract.Accepted:
        """Mail a code; the one who asks waits for it.

        Errors: MailedTooOften, InvalidField(address | code), ServiceUnavailable(mail).
        """
        if not _SIX_DIGITS.fullmatch(request.code):
            raise InvalidField("code", "format")
        occasion = _occasion(request.request_key)
        mail = self._code_mail(request, occasion)
        of = f"code|{self._hash(request.address)}"
        place = self.allowances.take(of, occasion, CODES_AN_HOUR, self.real.now())
        if place is Place.NONE:
            raise MailedTooOften(str(CODES_AN_HOUR))
        if place is Place.NEW:
            self._send_now(mail)
        return contract.Accepted()

    def _code_mail(self, request: contract.SendAddressCode, occasion: str) -> EmailMessage:
        try:
            return self.composer.compose_code(
                request.address, request.code, request.language, occasion, self.clock.now()
            )
        except NeverSent:
            raise InvalidField("address", "format") from None

    def _send_now(self, mail: EmailMessage) -> None:
        try:
            self.mailer.send(mail)
        except NeverSent:
            raise InvalidField("address", "format") from None
        except NotSent:
            raise ServiceUnavailable("mail") from None

    def retry_due(self) -> int:
        """Try what is due again, or what was left by somebody who died; how many were tried."""
        due = self.deliveries.due(self.real.now(), _AT_ONCE)
        for message in due:
            self._attempt(message)
        return len(due)

    def list_deliveries(self, appointment_id: str) -> contract.Deliveries:
        found = self.deliveries.of_appointment(appointment_id)
        return contract.Deliveries(deliveries=tuple(_shown(delivery) for delivery in found))

    def _attempt(self, message: Message) -> None:
        leased = self.deliveries.lease(message, self.real.now())
        if leased is None:
            return
        if leased.attempts > MAX_ATTEMPTS:  # one that breaks its sender comes back by its lease alone
            return self._finish(leased, FAILED)
        try:
            state, recipient = self._send(leased)
        except NeverSent:
            self._finish(leased, FAILED)
        except (NotSent, PlatformError):
            self._postpone(leased)
        else:
            self._finish(leased, state, recipient)

    def _send(self, leased: Delivery) -> tuple[str, str]:
        message = leased.message
        appointment = self.appointments.get(message.appointment_id)
        if appointment is None:
            raise NeverSent
        if is_superseded(message, appointment.state, appointment.version):
            return SUPERSEDED, ""
        self.mailer.send(self.composer.compose(message, appointment, self.clock.now()))
        return SENT, self._recipient_hash(appointment)

    def _finish(self, leased: Delivery, state: str, recipient: str = "") -> None:
        self.deliveries.finish(leased, state, self.real.now(), recipient)
        _log.info("mail finished", extra=_facts(leased, state))

    def _postpone(self, leased: Delivery) -> None:
        now = self.real.now()
        due_at = next_attempt(leased.attempts, now)
        if due_at is None:
            return self._finish(leased, FAILED)
        self.deliveries.postpone(leased, due_at, now)
        _log.warning("mail not sent, it will be tried again", extra=_facts(leased, leased.state))

    def _recipient_hash(self, appointment: Appointment) -> str:
        return self._hash(appointment.applicant.email)

    def _hash(self, address: str) -> str:
        """The same for the same address, and of no use without the key."""
        return hmac.new(self.hash_key, address.strip().lower().encode(), hashlib.sha256).hexdigest()


def _occasion(request_key: str) -> str:
    """A caller's key in a length of ours."""
    return hashlib.sha256(request_key.encode()).hexdigest()[:32]


def _facts(delivery: Delivery, state: str) -> dict[str, object]:
    return {
        "appointment_id": delivery.message.appointment_id,
        "topic": delivery.message.kind,
        "attempts": delivery.attempts,
        "state": state,
    }


def _shown(delivery: Delivery) -> contract.Delivery:
    return contract.Delivery(
        kind=delivery.message.kind,
        state=delivery.state,
        attempts=delivery.attempts,
        changed_at=delivery.changed_at,
    )
