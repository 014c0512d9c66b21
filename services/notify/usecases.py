"""What notify does: every message once, tried again until it is out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.contracts import notify as contract
from services.contracts.booking import Appointment
from services.contracts.earlier import EarlierOffer
from services.contracts.errors import MailedTooOften, PlatformError
from services.contracts.members import OPEN
from services.notify.domain.alarm import Mailbox
from services.notify.domain.delivery import (
    ADDRESS_LEFT,
    AGAIN_AN_HOUR,
    ALARMS,
    CONFIRMATION_AGAIN,
    EARLIER_OFFER,
    FAILED,
    INVITATION,
    KEPT,
    MAX_ATTEMPTS,
    NO_ADDRESS,
    NOTICES,
    SENT,
    SPACE_LIMITS,
    SUPERSEDED,
    Delivery,
    Message,
    is_superseded,
    next_attempt,
)
from services.notify.keys import KeyedHash, occasion_of
from services.notify.ports import (
    Accounts,
    Allowances,
    Appointments,
    Composer,
    Deliveries,
    Mailer,
    NeverSent,
    NotSent,
    Place,
    Spaces,
)

_log = logging.getLogger(__name__)
_AT_ONCE = 20
"""Messages tried in one round of retries."""
_LISTED = 50
"""Notices about the means of one person."""


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
    accounts: Accounts
    spaces: Spaces
    composer: Composer
    mailer: Mailer
    hashed: KeyedHash
    duty: tuple[Mailbox, ...] = ()
    """Who is told of alarms."""

    def notify(self, message: Message) -> None:
        """Send this message unless it was; what fails now is tried again by `retry_due`."""
        leased = self.deliveries.begin(message, self.real.now(), self.clock.now() + KEPT)
        if leased is not None:
            self._attempt(leased)

    def send_again(self, appointment_id: str, request_key: str) -> contract.Accepted:
        """Have the confirmation go out once more.  Errors: MailedTooOften."""
        now, occasion = self.real.now(), occasion_of(request_key)
        place = self.allowances.take(f"again|{appointment_id}", occasion, AGAIN_AN_HOUR, now)
        if place is Place.NONE:
            raise MailedTooOften(str(AGAIN_AN_HOUR))
        again = Message(CONFIRMATION_AGAIN, appointment_id, 0, occasion)
        self.deliveries.queue(again, now, self.clock.now() + KEPT)
        return contract.Accepted()

    def retry_due(self) -> int:
        """Try what is due again, or what was left by somebody who died; how many were tried."""
        self.mailer.let_go()
        due = self.deliveries.due(self.real.now(), _AT_ONCE)
        for message in due:
            leased = self.deliveries.lease(message, self.real.now())
            if leased is not None:
                self._attempt(leased)
        return len(due)

    def list_deliveries(self, appointment_id: str) -> contract.Deliveries:
        found = self.deliveries.of_appointment(appointment_id)
        return contract.Deliveries(deliveries=tuple(_shown(delivery) for delivery in found))

    def list_notices(self, credential_ids: Sequence[str]) -> contract.Deliveries:
        found = self.deliveries.of_credentials(credential_ids, _LISTED)
        return contract.Deliveries(deliveries=tuple(_shown(delivery) for delivery in found))

    def _attempt(self, leased: Delivery) -> None:
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
        """The state that it ends in, and whom it went to."""
        message, now = leased.message, self.clock.now()
        if message.kind in (*NOTICES, *SPACE_LIMITS):
            return self._send_notice(message, now)
        if message.kind == INVITATION:
            return self._send_invitation(message, now)
        appointment = self.appointments.get(message.appointment_id)
        if appointment is None:
            raise NeverSent
        if is_superseded(message, appointment, now):
            return SUPERSEDED, ""
        if message.kind in ALARMS:
            return self._send_alarm(message, appointment, now)
        if not appointment.applicant.email:
            return NO_ADDRESS, ""
        offer = self._offer(message, now)
        if offer is None and message.kind == EARLIER_OFFER:
            return SUPERSEDED, ""
        self.mailer.send(self.composer.compose(message, appointment, now, offer))
        return SENT, self.hashed(appointment.applicant.email)

    def _send_notice(self, message: Message, now: datetime) -> tuple[str, str]:
        """Whatever came after it: each thing that happens in an account is told."""
        change_id = message.occasion if message.kind == ADDRESS_LEFT else ""
        about = self.accounts.notice(message.credential_id, change_id)
        if about is None:
            raise NeverSent
        if not about.address:
            return NO_ADDRESS, ""
        self.mailer.send(self.composer.compose_notice(message, about, now))
        return SENT, self.hashed(about.address)

    def _send_invitation(self, message: Message, now: datetime) -> tuple[str, str]:
        """While it is open, and was not sent again since."""
        about = self.spaces.invitation(message.space_id, message.occasion)
        if about is None or (about.state, about.sendings) != (OPEN, message.version):
            return SUPERSEDED, ""
        self.mailer.send(self.composer.compose_invitation(message, about, now))
        return SENT, self.hashed(about.email)

    def _send_alarm(self, message: Message, appointment: Appointment, now: datetime) -> tuple[str, str]:
        """To the mailbox that the message was noted for, as long as it is on duty."""
        to = next((mailbox for mailbox in self.duty if self.mark(mailbox) == message.occasion), None)
        if to is None:
            return SUPERSEDED, ""
        self.mailer.send(self.composer.compose_alarm(message, appointment, to, now))
        return SENT, self.hashed(to.address)

    def mark(self, mailbox: Mailbox) -> str:
        """Which mailbox a message is for, without its address."""
        return self.hashed(mailbox.address)[:16]

    def _offer(self, message: Message, now: datetime) -> EarlierOffer | None:
        """What the message offers, as long as it can still be accepted."""
        if message.kind != EARLIER_OFFER:
            return None
        offer = self.appointments.offer(message.appointment_id, message.occasion)
        return offer if offer and now < offer.answer_until else None

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
