"""Reminders by the platform's clock, with two replicas, the real store, broker and mail server."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.dev.platform import Platform
from services.chassis.clock import TimeMachine
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment
from services.contracts.earlier import OFFERED, EarlierOffer, EarlierWish
from services.contracts.notify import ListDeliveries
from tests.integration.notify.conftest import Booking, Mailbox, booked
from tests.service_process import ServiceProcess, eventually
from tests.unit.notify import happenings
from tests.unit.notify.samples import person

pytestmark = pytest.mark.integration

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
LEASE = {"MAIL_LEASE_SECONDS": "3"}
"""Of who is killed; with all others a mail that takes longer would be sent twice."""


@pytest.fixture(scope="module")
def machine(stores: Platform) -> Iterator[TimeMachine]:
    machine = TimeMachine(stores.urls["redis"])
    yield machine
    machine.reset()
    machine.close()


@pytest.fixture(scope="module")
def environment(stores: Platform, machine: TimeMachine) -> dict[str, str]:
    machine.reset()
    return stores.env("notify")


@pytest.fixture
def replicas(environment: dict[str, str], tmp_path: Path) -> Iterator[list[ServiceProcess]]:
    with (
        ServiceProcess("services.notify", environment, tmp_path / "1") as one,
        ServiceProcess("services.notify", environment, tmp_path / "2") as two,
    ):
        yield [one, two]


@pytest.fixture
def about(booking: Booking, machine: TimeMachine) -> Iterator[Appointment]:
    """Booked just now, for a week from now."""
    starts_at = datetime.now(UTC).replace(microsecond=0) + 7 * DAY
    yield booking.book(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=20))
    machine.reset()


def sweeps(replica: ServiceProcess) -> float:
    return replica.metric("timer_seconds_count", task="remind")


def swept(replicas: list[ServiceProcess]) -> None:
    """Wait until each replica has looked for reminders once more, from the beginning to the end."""
    before = [sweeps(replica) for replica in replicas]
    eventually(lambda: all(sweeps(r) >= b + 2 for r, b in zip(replicas, before, strict=True)))


def kinds(client: RpcClient, about: Appointment) -> list[tuple[str, str]]:
    listed = client.call(ListDeliveries(appointment_id=about.appointment_id)).deliveries
    return [(delivery.kind, delivery.state) for delivery in listed]


def tell(booking: Booking, about: Appointment, event: Any) -> None:
    """An event of the samples, about this appointment."""
    named = replace(event, event_id=f"{about.appointment_id}-{type(event).__name__}")
    booking.events.publish(replace(named, appointment_id=about.appointment_id))


CONFIRMED = ("confirmation", "sent")


def test_each_reminder_comes_at_its_moment_and_once(
    booking: Booking,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
    machine: TimeMachine,
    about: Appointment,
) -> None:
    booking.events.publish(booked(about))
    mailbox.wait_for(about.applicant.email)
    machine.travel_to(about.starts_at - DAY - timedelta(minutes=5))
    swept(replicas)
    eventually(lambda: kinds(client, about) == [CONFIRMED])
    for before, number in ((DAY, 2), (HOUR, 3)):
        machine.travel_to(about.starts_at - before)
        mailbox.wait_for(about.applicant.email, number)
        swept(replicas)
    reminded = [("reminder_day", "sent"), ("reminder_hour", "sent")]
    eventually(lambda: kinds(client, about) == [CONFIRMED, *reminded])
    mails = mailbox.mails_to(about.applicant.email)
    assert len(mails) == 3
    assert all(part.get_content_type() != "text/calendar" for mail in mails[1:] for part in mail.walk())


def test_reminder_follows_a_moved_appointment(
    booking: Booking,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
    machine: TimeMachine,
    about: Appointment,
) -> None:
    booking.events.publish(booked(about))
    mailbox.wait_for(about.applicant.email)
    later = about.starts_at + DAY
    booking.change(about, version=2, starts_at=later)
    tell(booking, about, happenings.moved(datetime.now(UTC), 2, later, about.starts_at))
    mailbox.wait_for(about.applicant.email, 2)
    machine.travel_to(about.starts_at - DAY)
    swept(replicas)
    eventually(lambda: kinds(client, about) == [CONFIRMED, ("moved", "sent")])
    machine.travel_to(later - DAY)
    mailbox.wait_for(about.applicant.email, 3)
    eventually(lambda: kinds(client, about)[2:] == [("reminder_day", "sent")])


def test_nobody_is_reminded_of_a_cancelled_appointment_and_the_cns_apologizes(
    booking: Booking,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
    machine: TimeMachine,
    about: Appointment,
) -> None:
    booking.events.publish(booked(about))
    mailbox.wait_for(about.applicant.email)
    booking.change(about, version=2, state="cancelled")
    tell(booking, about, happenings.cancelled(datetime.now(UTC), 2, by_cns=True))
    mails = mailbox.wait_for(about.applicant.email, 2)
    machine.travel_to(about.starts_at - DAY)
    swept(replicas)
    assert {kind for kind, _ in kinds(client, about)} == {"confirmation", "cancelled_by_cns"}
    assert sum("Von der CNS abgesagt" in mail["Subject"] for mail in mails) == 1


def test_reminder_of_a_sender_that_was_killed_is_sent_by_another(
    booking: Booking,
    mailbox: Mailbox,
    environment: dict[str, str],
    client: RpcClient,
    machine: TimeMachine,
    about: Appointment,
    tmp_path: Path,
) -> None:
    """It is killed while the mail server makes it wait: noted, leased, and not sent."""
    with ServiceProcess("services.notify", environment, tmp_path / "first"):
        booking.events.publish(booked(about))
        mailbox.wait_for(about.applicant.email)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        stuck = environment | LEASE | {"SMTP_PORT": str(silent.getsockname()[1])}
        victim = ServiceProcess("services.notify", stuck, tmp_path / "victim")
        eventually(victim.is_ready)
        machine.travel_to(about.starts_at - DAY)
        silent.settimeout(90)
        connection, _ = silent.accept()
        victim.kill()
        connection.close()
    with (
        ServiceProcess("services.notify", environment, tmp_path / "heir") as heir,
        ServiceProcess("services.notify", environment, tmp_path / "other") as other,
    ):
        mailbox.wait_for(about.applicant.email, 2)
        swept([heir, other])
        eventually(lambda: kinds(client, about) == [CONFIRMED, ("reminder_day", "sent")])
    assert len(mailbox.mails_to(about.applicant.email)) == 2


@pytest.mark.parametrize(
    ("back_before", "reminded"),
    [(timedelta(hours=3), [("reminder_day", "sent")]), (-SECOND, [])],
    ids=["still of use", "too late"],
)
def test_after_an_outage_a_reminder_comes_if_it_is_still_of_use(
    booking: Booking,
    mailbox: Mailbox,
    environment: dict[str, str],
    client: RpcClient,
    machine: TimeMachine,
    about: Appointment,
    tmp_path: Path,
    back_before: timedelta,
    reminded: list[tuple[str, str]],
) -> None:
    with ServiceProcess("services.notify", environment, tmp_path / "before"):
        booking.events.publish(booked(about))
        mailbox.wait_for(about.applicant.email)
    machine.travel_to(about.starts_at - back_before)
    with ServiceProcess("services.notify", environment, tmp_path / "after") as after:
        swept([after])
        eventually(lambda: kinds(client, about) == [CONFIRMED, *reminded])


def test_displaced_renewed_and_offered_are_told_once_each(
    booking: Booking,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
    about: Appointment,
) -> None:
    now = datetime.now(UTC)
    until, earlier = now + HOUR, about.starts_at - DAY
    offer = EarlierOffer(offer_id="offer-1", starts_at=earlier, ends_at=earlier, answer_until=until)
    booking.wishes[about.appointment_id] = EarlierWish(
        appointment_id=about.appointment_id,
        state=OFFERED,
        not_before=None,
        offers_left=2,
        offer=offer,
    )
    booking.change(about, version=2, displaced=True, link_generation=2)
    for event in (
        happenings.displaced(now, 2),
        happenings.link_renewed(now, 2),
        happenings.offered(now, "offer-1", earlier, until),
        happenings.offered(now, "offer-before", earlier, until),
    ):
        for _ in range(2):
            tell(booking, about, event)
    mailbox.wait_for(about.applicant.email, 3)
    expected = [
        ("displaced", "sent"),
        ("earlier_offer", "sent"),
        ("earlier_offer", "superseded"),
        ("link_renewed", "sent"),
    ]
    eventually(lambda: sorted(kinds(client, about)) == expected)
    assert len(mailbox.mails_to(about.applicant.email)) == 3


def test_who_has_no_address_is_seen_by_the_back_office(
    booking: Booking, replicas: list[ServiceProcess], client: RpcClient, about: Appointment
) -> None:
    about = booking.change(about, applicant=person(email=""))
    booking.events.publish(booked(about))
    eventually(lambda: kinds(client, about) == [("confirmation", "no_address")])
