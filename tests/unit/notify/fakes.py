"""Notify's world in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

from services.contracts.booking import Appointment
from services.contracts.credentials import Notice
from services.contracts.earlier import EarlierOffer
from services.contracts.members import InvitationMail
from services.contracts.notify import SendGuestLink
from services.notify.domain.alarm import Mailbox
from services.notify.domain.delivery import PENDING, Delivery, Message
from services.notify.domain.reminders import Schedule
from services.notify.ports import NeverSent, Place
from tests.unit.notify.samples import appointment, notice

LEASE = timedelta(seconds=90)


class Deliveries:
    """The store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Delivery] = {}
        self.hashes: dict[str, str] = {}
        self.kept_until: dict[str, datetime] = {}

    def begin(self, message: Message, now: datetime, kept_until: datetime) -> Delivery | None:
        if message.delivery_id in self.kept:
            return None
        self.queue(message, now, kept_until)
        return self.lease(message, now)

    def queue(self, message: Message, now: datetime, kept_until: datetime) -> None:
        self.kept.setdefault(message.delivery_id, Delivery(message, PENDING, 0, now, now))
        self.kept_until.setdefault(message.delivery_id, kept_until)

    def lease(self, message: Message, now: datetime) -> Delivery | None:
        found = self.kept[message.delivery_id]
        if found.state != PENDING or found.due_at > now:
            return None
        leased = replace(found, attempts=found.attempts + 1, due_at=now + LEASE)
        self.kept[message.delivery_id] = leased
        return leased

    def finish(self, leased: Delivery, state: str, now: datetime, recipient_hash: str = "") -> None:
        self.kept[leased.message.delivery_id] = replace(leased, state=state, changed_at=now)
        self.hashes[leased.message.delivery_id] = recipient_hash

    def postpone(self, leased: Delivery, due_at: datetime, now: datetime) -> None:
        self.kept[leased.message.delivery_id] = replace(leased, due_at=due_at, changed_at=now)

    def due(self, now: datetime, limit: int) -> tuple[Message, ...]:
        found = [d for d in self.kept.values() if d.state == PENDING and d.due_at <= now]
        return tuple(d.message for d in sorted(found, key=lambda d: d.due_at))[:limit]

    def of_appointment(self, appointment_id: str) -> tuple[Delivery, ...]:
        return tuple(d for d in self.kept.values() if d.message.appointment_id == appointment_id)

    def erase(self, appointment_ids: Sequence[str], credential_ids: Sequence[str]) -> None:
        gone = {
            key
            for key, one in self.kept.items()
            if one.message.appointment_id in appointment_ids or one.message.credential_id in credential_ids
        }
        theirs = {self.hashes.get(key, "") for key in gone}
        self.hashes = {key: "" if hashed in theirs else hashed for key, hashed in self.hashes.items()}
        for key in gone:
            del self.kept[key]

    def states(self, delivery_ids: Sequence[str]) -> dict[str, str]:
        return {one: self.kept[one].state for one in delivery_ids if one in self.kept}

    def of_credentials(self, credential_ids: Sequence[str], limit: int) -> tuple[Delivery, ...]:
        found = [d for d in self.kept.values() if d.message.credential_id in credential_ids]
        return tuple(found[-limit:])


class Allowances:
    """Places of one hour, in memory."""

    def __init__(self) -> None:
        self.taken: dict[str, list[str]] = {}
        self.used: set[tuple[str, str]] = set()

    def take(self, of: str, key: str, limit: int, now: datetime) -> Place:
        hour = f"{of}|{now:%H}"
        keys = self.taken.setdefault(hour, [])
        if key in keys:
            return Place.USED if (hour, key) in self.used else Place.OWN
        if len(keys) == limit:
            return Place.NONE
        keys.append(key)
        return Place.NEW

    def use(self, of: str, key: str, now: datetime) -> None:
        self.used.add((f"{of}|{now:%H}", key))


class Schedules:
    """The store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Schedule] = {}

    def put(self, schedule: Schedule, now: datetime) -> None:
        known = self.kept.get(schedule.appointment_id)
        if known is None or known.version < schedule.version:
            self.kept[schedule.appointment_id] = schedule

    def remove(self, appointment_id: str) -> None:
        self.kept.pop(appointment_id, None)

    def due(self, now: datetime, limit: int) -> tuple[Schedule, ...]:
        return tuple(s for s in self.kept.values() if s.next_at and s.next_at <= now)[:limit]

    def advance(self, schedule: Schedule, next_at: datetime | None) -> None:
        if self.kept.get(schedule.appointment_id) == schedule:
            self.kept[schedule.appointment_id] = replace(schedule, next_at=next_at)


class World:
    """Booking, the composer and the mail server, as the notifier sees them."""

    def __init__(self) -> None:
        self.appointment: Appointment | None = appointment()
        self.account: Notice | None = notice()
        self.changes: list[str] = []
        """Whose former addresses were asked for."""
        self.held: EarlierOffer | None = None
        self.faults: list[Exception] = []
        self.sent: list[str] = []

    def get(self, appointment_id: str) -> Appointment | None:
        return self.appointment

    def offer(self, appointment_id: str, offer_id: str) -> EarlierOffer | None:
        return self.held if self.held and self.held.offer_id == offer_id else None

    def notice(self, credential_id: str, change_id: str = "") -> Notice | None:
        self.changes.append(change_id)
        return self.account

    def let_go(self) -> None:
        """Nothing is kept."""

    def compose(
        self, message: Message, about: Appointment, now: datetime, offer: EarlierOffer | None = None
    ) -> EmailMessage:
        return _mail(message.delivery_id)

    def compose_notice(self, message: Message, about: Notice, now: datetime) -> EmailMessage:
        return _mail(message.delivery_id)

    def compose_code(
        self, address: str, code: str, purpose: str, language: str, occasion: str, now: datetime
    ) -> EmailMessage:
        return _mail(f"{address} {code} {language}", address)

    def compose_invitation(self, message: Message, about: InvitationMail, now: datetime) -> EmailMessage:
        return _mail(message.delivery_id, about.email)

    def compose_alarm(self, message: Message, about: Appointment, to: Mailbox, now: datetime) -> EmailMessage:
        return _mail(f"{message.kind} to {to.address}")

    def compose_guest(self, request: SendGuestLink, occasion: str, now: datetime) -> EmailMessage:
        return _mail(f"{request.guest_id} to {request.address}", request.address)

    def send(self, mail: EmailMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(mail["Subject"])


def _mail(subject: str, address: str = "a@mail.example") -> EmailMessage:
    """A mail that only says which it is."""
    if "@" not in address:
        raise NeverSent
    mail = EmailMessage()
    mail["Subject"] = subject
    return mail
