"""Notify with the real broker, store and mail server; booking and identity are represented by what they
answer and tell."""

import json
import threading
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import amqp
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import RPC_EXCHANGE, EventPublisher, connect, message, rpc_queue
from services.chassis.codec import to_wire
from services.chassis.ids import new_id
from services.contracts.booking import Appointment
from services.contracts.booking_events import AppointmentBooked
from services.contracts.credentials import Notice
from services.contracts.earlier import EarlierWish
from tests.service_process import PATIENCE, ServiceProcess, eventually
from tests.unit.notify.samples import appointment, notice, person


class Peer(ABC):
    """A service of which nothing but its answers and its events is needed, with its own rights."""

    def __init__(self, amqp_url: str, service: str) -> None:
        self.events = EventPublisher(amqp_url, service)
        self._service = service
        self._connection = connect(amqp_url)
        self.silent = threading.Event()
        """While it is set nobody is answered: what is asked waits."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._answer_all, daemon=True)
        self._thread.start()

    @abstractmethod
    def found(self, method: str, asked: dict[str, Any]) -> Any:
        """What it answers; None: NotFound."""

    def close(self) -> None:
        self._closing.set()
        self._thread.join(60)
        self._connection.close()
        self.events.close()

    def _answer_all(self) -> None:
        channel, queue = self._connection.channel(), rpc_queue(self._service)
        channel.queue_declare(queue, durable=True, auto_delete=False)
        channel.queue_purge(queue)  # of other tests on the same broker
        channel.queue_bind(queue, RPC_EXCHANGE, f"{self._service}.*")
        channel.basic_consume(queue, no_ack=True, callback=lambda asked: self._answer(channel, asked))
        while not self._closing.is_set():
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=0.2)

    def _answer(self, channel: amqp.Channel, asked: Any) -> None:
        while self.silent.is_set():
            if self._closing.wait(0.02):
                return
        method = asked.delivery_info["routing_key"].rpartition(".")[2]
        found = self.found(method, json.loads(asked.body)["kwargs"])
        error = None if found else {"exc_type": "NotFound", "exc_args": ["it"], "value": ""}
        body = {"result": to_wire(found) if found else None, "error": error}
        reply = message(body, correlation_id=asked.properties["correlation_id"])
        channel.basic_publish(reply, RPC_EXCHANGE, asked.properties["reply_to"])


class Booking(Peer):
    def __init__(self, amqp_url: str) -> None:
        self.appointments: dict[str, Appointment] = {}
        self.wishes: dict[str, EarlierWish] = {}
        super().__init__(amqp_url, "booking")

    def found(self, method: str, asked: dict[str, Any]) -> Appointment | EarlierWish | None:
        known = self.wishes if method.endswith("wish") else self.appointments
        return known.get(asked["appointment_id"])  # type: ignore[attr-defined, no-any-return]

    def book(self, **changes: Any) -> Appointment:
        """An appointment with an applicant of its own."""
        appointment_id = new_id()
        applicant = person(email=f"{appointment_id.lower()}@mail.example")
        about = appointment(appointment_id=appointment_id, applicant=applicant, **changes)
        self.appointments[appointment_id] = about
        return about

    def change(self, about: Appointment, **changes: Any) -> Appointment:
        self.appointments[about.appointment_id] = replace(about, **changes)
        return self.appointments[about.appointment_id]


class Identity(Peer):
    def __init__(self, amqp_url: str) -> None:
        self.notices: dict[str, Notice] = {}
        super().__init__(amqp_url, "identity")

    def found(self, method: str, asked: dict[str, Any]) -> Notice | None:
        about = self.notices.get(asked["credential_id"])
        return replace(about, address=f"before.{about.address}") if about and asked["change_id"] else about

    def has(self, **changes: str) -> tuple[str, Notice]:
        """A means of logging in of somebody with an address of his own: its id, and what is told of it."""
        credential_id = new_id()
        about = notice(address=f"{credential_id.lower()}@mail.example", **changes)
        self.notices[credential_id] = about
        return credential_id, about


class Mailbox:
    """What the mail server has received."""

    def __init__(self, url: str) -> None:
        self._url = url

    def mails_to(self, address: str) -> list[EmailMessage]:
        with urllib.request.urlopen(f"{self._url}/email", timeout=60) as response:
            listed = json.load(response)
        found = [mail["id"] for mail in listed if address in [to["address"] for to in mail["to"]]]
        return [self._source(mail_id) for mail_id in found]

    def wait_for(self, address: str, number: int = 1, seconds: float = PATIENCE) -> list[EmailMessage]:
        return eventually(lambda: mails if len(mails := self.mails_to(address)) >= number else None, seconds)

    def _source(self, mail_id: str) -> EmailMessage:
        with urllib.request.urlopen(f"{self._url}/email/{mail_id}/download", timeout=60) as response:
            return message_from_bytes(response.read(), policy=default)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def booking(stores: Platform) -> Iterator[Booking]:
    booking = Booking(stores.env("booking")["AMQP_URL"])
    yield booking
    booking.close()


@pytest.fixture(scope="module")
def identity(stores: Platform) -> Iterator[Identity]:
    identity = Identity(stores.env("identity")["AMQP_URL"])
    yield identity
    identity.close()


@pytest.fixture(scope="module")
def mailbox(stores: Platform) -> Mailbox:
    return Mailbox(stores.urls["mailbox"])


@pytest.fixture(scope="module")
def replicas(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ServiceProcess]]:
    """Two replicas: what one does the other must not do again."""
    logs, environment = tmp_path_factory.mktemp("notify"), stores.env("notify")
    with (
        ServiceProcess("services.notify", environment, logs / "1") as one,
        ServiceProcess("services.notify", environment, logs / "2") as two,
    ):
        yield [one, two]


def handled(replicas: list[ServiceProcess]) -> float:
    """How many events they have handled, all together."""
    return sum(replica.metric("bus_event_seconds_count", outcome="ok") for replica in replicas)


@pytest.fixture
def database(operator: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    return operator["notify"]


def booked(about: Appointment) -> AppointmentBooked:
    """The event that tells of it."""
    return AppointmentBooked(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        appointment_id=about.appointment_id,
        appointment_version=about.version,
        kind=about.kind,
        language=about.language,
        agent_id=about.agent_id,
        starts_at=about.starts_at,
        ends_at=about.ends_at,
        assurance_method=about.assurance.method,
        person_id=about.person_id,
    )
