"""Mails through the real bus, store and mail server."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.rpc_client import RpcClient
from services.contracts.booking_events import AppointmentCancelled, AppointmentMoved
from services.contracts.errors import MailedTooOften
from services.contracts.notify import Delivery, ListDeliveries, SendAddressCode, SendAgain
from tests.integration.notify.conftest import Booking, Mailbox, booked, handled
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration


def deliveries(client: RpcClient, appointment_id: str) -> list[tuple[str, str]]:
    listed = client.call(ListDeliveries(appointment_id=appointment_id)).deliveries
    return [(delivery.kind, delivery.state) for delivery in listed]


def test_event_delivered_fifty_times_makes_one_mail(
    booking: Booking, mailbox: Mailbox, replicas: list[ServiceProcess], client: RpcClient
) -> None:
    about = booking.book()
    event = booked(about)
    before = handled(replicas)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: booking.events.publish(event), range(50)))
    eventually(lambda: handled(replicas) >= before + 50)
    mails = mailbox.wait_for(about.applicant.email)
    assert len(mails) == 1
    eventually(lambda: deliveries(client, about.appointment_id) == [("confirmation", "sent")])


def test_mail_follows_the_appointment_through_its_life(
    booking: Booking, mailbox: Mailbox, replicas: list[ServiceProcess], client: RpcClient
) -> None:
    about = booking.book()
    booking.events.publish(booked(about))
    mailbox.wait_for(about.applicant.email)
    about = booking.change(about, version=2, starts_at=datetime(2026, 11, 25, 9, tzinfo=UTC))
    moved = AppointmentMoved(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        appointment_id=about.appointment_id,
        appointment_version=2,
        agent_id=about.agent_id,
        starts_at=about.starts_at,
        ends_at=about.ends_at,
    )
    booking.events.publish(moved)
    mailbox.wait_for(about.applicant.email, 2)
    booking.change(about, version=3, state="cancelled")
    cancelled = AppointmentCancelled(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        appointment_id=about.appointment_id,
        appointment_version=3,
    )
    booking.events.publish(cancelled)
    mails = mailbox.wait_for(about.applicant.email, 3)
    events = [_calendar_of(mail) for mail in mails]
    assert sorted((method, event["SEQUENCE"]) for method, event in events) == [
        ("CANCEL", 2),
        ("REQUEST", 0),
        ("REQUEST", 1),
    ]
    assert len({event["UID"] for _, event in events}) == 1
    eventually(lambda: {state for _, state in deliveries(client, about.appointment_id)} == {"sent"})


def _calendar_of(mail: Any) -> tuple[str, Any]:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    return str(calendar["METHOD"]), calendar.events[0]


def test_mail_is_written_in_the_citizens_language(
    booking: Booking, mailbox: Mailbox, replicas: list[ServiceProcess]
) -> None:
    about = booking.book(mail_language="fr")
    booking.events.publish(booked(about))
    mail = mailbox.wait_for(about.applicant.email)[0]
    assert mail["Subject"] == "Votre consultation vidéo du mardi 24 novembre 2026 à 09:30"


def test_the_confirmation_comes_again_on_request_three_times_an_hour(
    booking: Booking, mailbox: Mailbox, replicas: list[ServiceProcess], client: RpcClient
) -> None:
    about = booking.book()
    asked = [SendAgain(appointment_id=about.appointment_id, request_key=new_id()) for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda request: _accepted(client, request), asked * 2))
    accepted = {request.request_key for request, taken in zip(asked * 2, answers, strict=True) if taken}
    assert 3 <= len(accepted) <= 6  # two hours' worth, should the hour end meanwhile
    mails = mailbox.wait_for(about.applicant.email, len(accepted))
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == len(accepted)


def test_a_code_proves_an_address_and_is_kept_nowhere(
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
    database: Database[dict[str, Any]],
) -> None:
    address, key = f"{new_id().lower()}@mail.example", new_id()
    for _ in range(2):
        client.call(SendAddressCode(address=address, code="042042", language="de", request_key=key))
    (mail,) = mailbox.wait_for(address)
    assert mail["Subject"] == "Ihr Code für die CNS: 042042"
    kept = "".join(str(document) for document in database["allowances"].find())
    written = "".join(replica.log.read_text() for replica in replicas)
    assert address not in kept + written
    assert "042042" not in kept + written


def _accepted(client: RpcClient, request: SendAgain) -> bool:
    try:
        client.call(request)
    except MailedTooOften:
        return False
    return True


def test_mail_server_that_is_away_delays_the_mail_and_loses_nothing(
    stores: Platform,
    booking: Booking,
    mailbox: Mailbox,
    replicas: list[ServiceProcess],
    client: RpcClient,
) -> None:
    about = booking.book()
    stores.supervisor.end("mail")
    try:
        booking.events.publish(booked(about))
        waiting = eventually(lambda: _tried(client, about.appointment_id))
        assert waiting.state == "pending"
    finally:
        stores.supervisor.restart("mail")
    assert len(mailbox.wait_for(about.applicant.email)) == 1
    eventually(lambda: deliveries(client, about.appointment_id) == [("confirmation", "sent")])


def _tried(client: RpcClient, appointment_id: str) -> Delivery | None:
    found = client.call(ListDeliveries(appointment_id=appointment_id)).deliveries
    return found[0] if found and found[0].attempts else None


def test_neither_text_nor_address_is_stored_or_logged(
    booking: Booking, mailbox: Mailbox, replicas: list[ServiceProcess], database: Database[dict[str, Any]]
) -> None:
    about = booking.book()
    booking.events.publish(booked(about))
    mailbox.wait_for(about.applicant.email)
    found = eventually(
        lambda: database["deliveries"].find_one({"appointment_id": about.appointment_id, "state": "sent"})
    )
    told = repr(found) + "".join(replica.log.read_text() for replica in replicas)
    for private in (about.applicant.email, about.applicant.last_name, about.applicant.phone):
        assert private not in told
    assert len(found["recipient_hash"]) == 64


def test_every_query_has_an_index(replicas: list[ServiceProcess], database: Database[dict[str, Any]]) -> None:
    now = datetime.now(UTC)
    queries: tuple[tuple[str, dict[str, Any]], ...] = (
        ("deliveries", {"_id": "x"}),
        ("deliveries", {"state": "pending", "due_at": {"$lte": now}}),
        ("deliveries", {"appointment_id": "x"}),
        ("schedules", {"_id": "x"}),
        ("schedules", {"next_at": {"$lte": now}}),
    )
    assert all(uses_index(database[collection], query) for collection, query in queries)
