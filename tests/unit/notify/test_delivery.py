"""One mail per message, tried until it is out."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.chassis.clock import ManualClock
from services.contracts.earlier import EarlierOffer
from services.contracts.errors import ServiceTimeout
from services.notify.domain.delivery import (
    CANCELLED,
    CANCELLED_BY_CNS,
    CONFIRMATION,
    DISPLACED,
    EARLIER_OFFER,
    FAILED,
    KEPT,
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
    Message,
    at_start,
    next_attempt,
)
from services.notify.ports import NeverSent, NotSent
from services.notify.usecases import Notifier
from tests.unit.notify.fakes import LEASE, World
from tests.unit.notify.samples import NOW, STARTS, appointment, person

THEN, LATER = at_start(STARTS), STARTS + timedelta(days=1)
BOOKED = Message(CONFIRMATION, "appointment-1", 1)


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
    assert notifier.deliveries.begin(BOOKED, real.now(), real.now() + KEPT) is not None
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
