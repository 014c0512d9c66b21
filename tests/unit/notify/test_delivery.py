"""One mail per message, tried until it is out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from services.chassis.clock import ManualClock
from services.contracts.booking import Appointment
from services.contracts.credentials import Notice
from services.contracts.earlier import EarlierOffer
from services.contracts.errors import ServiceTimeout
from services.notify.domain.delivery import (
    CANCELLED,
    CANCELLED_BY_CNS,
    CONFIRMATION,
    DISPLACED,
    EARLIER_OFFER,
    FAILED,
    KINDS,
    LINK_RENEWED,
    MAX_ATTEMPTS,
    MOVED,
    NO_ADDRESS,
    PENDING,
    REMINDER_DAY,
    REMINDER_HOUR,
    RESTORED,
    SENT,
    SUPERSEDED,
    Delivery,
    Message,
    at_start,
    next_attempt,
)
from services.notify.keys import KeyedHash
from services.notify.ports import NeverSent, NotSent, Place
from services.notify.usecases import Notifier
from tests.unit.notify.samples import STARTS, appointment, notice, person

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEASE = timedelta(seconds=90)
THEN, LATER = at_start(STARTS), STARTS + timedelta(days=1)
BOOKED = Message(CONFIRMATION, "appointment-1", 1)


class Deliveries:
    """The store in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Delivery] = {}
        self.hashes: dict[str, str] = {}

    def begin(self, message: Message, now: datetime) -> Delivery | None:
        if message.delivery_id in self.kept:
            return None
        self.queue(message, now)
        return self.lease(message, now)

    def queue(self, message: Message, now: datetime) -> None:
        self.kept.setdefault(message.delivery_id, Delivery(message, PENDING, 0, now, now))

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
        mail = EmailMessage()
        mail["Subject"] = message.delivery_id
        return mail

    def compose_notice(self, message: Message, about: Notice, now: datetime) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = message.delivery_id
        return mail

    def compose_code(
        self, address: str, code: str, purpose: str, language: str, occasion: str, now: datetime
    ) -> EmailMessage:
        if "@" not in address:
            raise NeverSent
        mail = EmailMessage()
        mail["Subject"] = f"{address} {code} {language}"
        return mail

    def send(self, mail: EmailMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(mail["Subject"])


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def real() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def notifier(world: World, real: ManualClock) -> Notifier:
    return Notifier(
        clock=ManualClock(NOW),
        real=real,
        deliveries=Deliveries(),
        allowances=Allowances(),
        appointments=world,
        accounts=world,
        spaces=world,
        composer=world,
        mailer=world,
        hashed=KeyedHash(b"key"),
    )


def state(notifier: Notifier) -> tuple[str, int]:
    delivery = notifier.list_deliveries("appointment-1").deliveries[-1]
    return delivery.state, delivery.attempts


def test_event_that_comes_often_makes_one_mail(notifier: Notifier, world: World) -> None:
    for _ in range(50):
        notifier.notify(BOOKED)
    assert world.sent == [BOOKED.delivery_id]
    assert state(notifier) == (SENT, 1)


def test_mail_server_that_is_down_delays_the_mail(
    notifier: Notifier, world: World, real: ManualClock
) -> None:
    world.faults = [NotSent(), NotSent()]
    notifier.notify(BOOKED)
    assert (notifier.retry_due(), state(notifier)) == (0, (PENDING, 1))
    real.advance(seconds=5)
    assert (notifier.retry_due(), state(notifier)) == (1, (PENDING, 2))
    real.advance(seconds=15)
    assert (notifier.retry_due(), state(notifier)) == (1, (SENT, 3))
    assert world.sent == [BOOKED.delivery_id]


def test_booking_that_does_not_answer_delays_the_mail(
    notifier: Notifier, world: World, real: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(World, "get", lambda *_: (_ for _ in ()).throw(ServiceTimeout("booking")))
        notifier.notify(BOOKED)
    assert state(notifier) == (PENDING, 1)
    real.advance(seconds=5)
    notifier.retry_due()
    assert state(notifier) == (SENT, 2)


def test_address_that_does_not_exist_fails_at_once(notifier: Notifier, world: World) -> None:
    world.faults = [NeverSent()]
    notifier.notify(BOOKED)
    notifier.notify(BOOKED)
    assert state(notifier) == (FAILED, 1)
    assert world.sent == []


def test_appointment_that_is_forgotten_gets_no_mail(notifier: Notifier, world: World) -> None:
    world.appointment = None
    notifier.notify(BOOKED)
    assert state(notifier) == (FAILED, 1)


def test_lease_of_a_dead_sender_is_taken_over_when_it_ends(
    notifier: Notifier, world: World, real: ManualClock
) -> None:
    assert notifier.deliveries.begin(BOOKED, real.now()) is not None
    notifier.notify(BOOKED)
    real.advance(seconds=LEASE.total_seconds() - 1)
    notifier.retry_due()
    assert world.sent == []
    real.advance(seconds=1)
    notifier.retry_due()
    assert world.sent == [BOOKED.delivery_id]


def test_tries_end_after_more_than_a_day() -> None:
    now, attempts = NOW, 1
    while (later := next_attempt(attempts, now)) is not None:
        now, attempts = later, attempts + 1
    assert attempts == MAX_ATTEMPTS
    assert timedelta(hours=24) < now - NOW < timedelta(hours=48)


def test_mail_that_breaks_every_sender_is_given_up(
    notifier: Notifier, world: World, real: ManualClock
) -> None:
    world.faults = [ZeroDivisionError() for _ in range(MAX_ATTEMPTS)]
    with pytest.raises(ZeroDivisionError):
        notifier.notify(BOOKED)
    for _ in range(MAX_ATTEMPTS - 1):
        real.advance(hours=1)
        with pytest.raises(ZeroDivisionError):
            notifier.retry_due()
    real.advance(hours=1)
    notifier.retry_due()
    assert state(notifier) == (FAILED, MAX_ATTEMPTS + 1)


def test_last_failed_try_is_a_failure(notifier: Notifier, world: World, real: ManualClock) -> None:
    world.faults = [NotSent() for _ in range(MAX_ATTEMPTS)]
    notifier.notify(BOOKED)
    for _ in range(MAX_ATTEMPTS):
        real.advance(hours=1)
        notifier.retry_due()
    assert state(notifier) == (FAILED, MAX_ATTEMPTS)


@pytest.mark.parametrize(
    ("message", "changes", "expected"),
    [
        (BOOKED, {"state": "cancelled", "version": 2}, SUPERSEDED),
        (BOOKED, {"version": 2}, SENT),
        (Message(MOVED, "appointment-1", 2, THEN), {"version": 3, "starts_at": LATER}, SUPERSEDED),
        (Message(MOVED, "appointment-1", 2, THEN), {"version": 3}, SENT),
        (Message(CANCELLED, "appointment-1", 2), {"state": "cancelled", "version": 2}, SENT),
        (Message(CANCELLED_BY_CNS, "appointment-1", 2), {"state": "cancelled", "version": 2}, SENT),
        (Message(DISPLACED, "appointment-1", 2), {"version": 2, "displaced": True}, SENT),
        (Message(DISPLACED, "appointment-1", 2), {"version": 3}, SUPERSEDED),
        (Message(RESTORED, "appointment-1", 1, "event-2"), {}, SENT),
        (Message(RESTORED, "appointment-1", 1, "event-2"), {"displaced": True}, SUPERSEDED),
        (Message(RESTORED, "appointment-1", 1, "event-2"), {"starts_at": NOW}, SUPERSEDED),
        (Message(LINK_RENEWED, "appointment-1", 0, "2"), {"link_generation": 2}, SENT),
        (Message(LINK_RENEWED, "appointment-1", 0, "2"), {"link_generation": 3}, SUPERSEDED),
        (Message(REMINDER_DAY, "appointment-1", 0, THEN), {"version": 4}, SENT),
        (Message(REMINDER_DAY, "appointment-1", 0, THEN), {"displaced": True}, SENT),
        (Message(REMINDER_HOUR, "appointment-1", 0, THEN), {"starts_at": LATER}, SUPERSEDED),
        (Message(REMINDER_HOUR, "appointment-1", 0, THEN), {"state": "arrived"}, SUPERSEDED),
        (Message(REMINDER_HOUR, "appointment-1", 0, at_start(NOW)), {"starts_at": NOW}, SUPERSEDED),
    ],
)
def test_mail_that_a_later_one_makes_needless_is_left_out(
    notifier: Notifier, world: World, message: Message, changes: dict[str, object], expected: str
) -> None:
    world.appointment = appointment(**changes)
    notifier.notify(message)
    assert state(notifier)[0] == expected


def test_recipient_is_kept_as_a_keyed_hash_only(notifier: Notifier, world: World) -> None:
    notifier.notify(BOOKED)
    kept = notifier.deliveries.hashes[BOOKED.delivery_id]  # type: ignore[attr-defined]
    assert len(kept) == 64
    assert "jonas" not in repr(notifier.deliveries.kept)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_no_address_gets_no_mail_and_nothing_is_tried_again(
    notifier: Notifier, world: World, real: ManualClock, kind: str
) -> None:
    world.appointment = appointment(applicant=person(email=""), displaced=kind == DISPLACED)
    notifier.notify(Message(kind, "appointment-1", 1, {LINK_RENEWED: "1"}.get(kind, THEN)))
    real.advance(hours=30)
    assert (notifier.retry_due(), state(notifier), world.sent) == (0, (NO_ADDRESS, 1), [])


def offer(answer_until: datetime) -> EarlierOffer:
    starts_at = STARTS - timedelta(hours=2)
    return EarlierOffer(
        offer_id="offer-1",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        answer_until=answer_until,
    )


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (offer(NOW + timedelta(minutes=1)), SENT),
        (offer(NOW), SUPERSEDED),
        (replace(offer(NOW + timedelta(minutes=1)), offer_id="offer-2"), SUPERSEDED),
        (None, SUPERSEDED),
    ],
)
def test_offer_that_is_over_is_not_sent(
    notifier: Notifier, world: World, held: EarlierOffer | None, expected: str
) -> None:
    world.held = held
    notifier.notify(Message(EARLIER_OFFER, "appointment-1", 0, "offer-1"))
    assert state(notifier)[0] == expected
