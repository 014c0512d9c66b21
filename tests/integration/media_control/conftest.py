"""Media control and SFU nodes as processes of their own, over the real broker and stores."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import amqp
import pytest
from redis import Redis

from deploy.dev.platform import Platform
from services.chassis.amqp import EventPublisher, connect
from services.chassis.clock import TimeMachine
from services.chassis.codec import from_wire
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts import (  # what is heard has to be declared
    booking_events,
    media,
    media_events,  # noqa: F401
    room_log,
)
from services.contracts.errors import NotFound
from services.contracts.wire import EVENTS, Event
from tests.service_process import Replicas, ServiceProcess, eventually

CITIZEN = media.Participant(participant_id="recipient-1", role="citizen")
AGENT = media.Participant(participant_id="agent-1", role="agent")


Start = Callable[[], ServiceProcess]


@pytest.fixture(scope="module")
def start_media(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a replica of media control and wait until it is ready."""
    replicas = Replicas(tmp_path_factory.mktemp("media"))
    yield lambda: replicas.start("services.media.control", stores.env("media-control"))
    replicas.close()


@pytest.fixture(scope="module")
def media_control(start_media: Start) -> ServiceProcess:
    return start_media()


StartNode = Callable[..., ServiceProcess]


@pytest.fixture
def start_node(stores: Platform, tmp_path: Path) -> Iterator[StartNode]:
    """Start an SFU node that forwards nothing; keyword arguments are environment variables."""
    nodes = Replicas(tmp_path)

    def start(node_id: str, **variables: str) -> ServiceProcess:
        environment = {**stores.env("media-worker"), "NODE_ID": node_id, **variables}
        return nodes.start("tests.integration.media_control.sfu_node", environment)

    yield start
    nodes.close()


@pytest.fixture
def machine(stores: Platform) -> Iterator[TimeMachine]:
    machine = TimeMachine(stores.urls["redis"])
    machine.reset()
    yield machine
    machine.reset()
    machine.close()


@pytest.fixture
def redis(stores: Platform) -> Iterator[Redis]:
    with Redis.from_url(stores.urls["redis"], decode_responses=True) as client:
        yield client


class Heard:
    """Everything that media tells, from the moment of the fixture on."""

    def __init__(self, channel: amqp.Channel) -> None:
        self._channel, self._events = channel, list[Event]()
        self._queue = channel.queue_declare(exclusive=True).queue
        channel.exchange_declare("media.events", "topic", durable=True, auto_delete=False)
        channel.queue_bind(self._queue, "media.events", "#")

    def of(self, event_class: type[Event], room_id: str) -> list[Event]:
        """Those of one kind and room so far."""
        while (message := self._channel.basic_get(self._queue, no_ack=True)) is not None:
            declared = EVENTS["media", message.delivery_info["routing_key"]]
            self._events.append(from_wire(declared, json.loads(message.body)))
        return [e for e in self._events if isinstance(e, event_class) and e.room_id == room_id]  # type: ignore[attr-defined]


@pytest.fixture
def heard(stores: Platform) -> Iterator[Heard]:
    connection = connect(stores.urls["amqp"])
    yield Heard(connection.channel())
    connection.close()


@dataclass
class Room:
    """One appointment's room, seen from the gateway and from booking."""

    client: RpcClient
    booking: EventPublisher
    machine: TimeMachine
    room_id: str = field(default_factory=new_id)
    starts_at: datetime = field(default_factory=lambda: _whole(datetime.now(UTC)) + timedelta(minutes=10))

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=20)

    def ask(self, request_class: type[Any], who: media.Participant | None = None, **fields: Any) -> Any:
        """Send one request about this room."""
        if who is not None:
            fields["participant"] = who
        return self.client.call(request_class(room_id=self.room_id, **fields))

    def tell_booked(self, version: int = 1) -> None:
        self.booking.publish(
            booking_events.AppointmentBooked(
                event_id=new_id(),
                occurred_at=datetime.now(UTC),
                appointment_id=self.room_id,
                appointment_version=version,
                kind="video",
                language="de",
                agent_id="agent-1",
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                assurance_method="none",
                person_id="",
            )
        )

    def tell_cancelled(self, version: int) -> None:
        self.booking.publish(
            booking_events.AppointmentCancelled(
                event_id=new_id(),
                occurred_at=datetime.now(UTC),
                appointment_id=self.room_id,
                appointment_version=version,
            )
        )

    def book(self) -> None:
        self.tell_booked()
        eventually(lambda: self.phase() not in ("", "draft"))

    def phase(self, who: media.Participant = CITIZEN) -> str:
        try:
            return str(self.ask(media.LookAtRoom, who).phase)
        except NotFound:
            return ""

    def begin_call(self) -> None:
        self.book()
        self.ask(media.JoinRoom, CITIZEN)
        self.ask(media.AdmitCitizen, AGENT)


@pytest.fixture
def room(stores: Platform, client: RpcClient, machine: TimeMachine) -> Iterator[Room]:
    """A room that is not booked yet; its slot starts in ten minutes."""
    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    yield Room(client, publisher, machine)
    publisher.close()


def log_of(redis: Redis, room_id: str) -> list[tuple[str, dict[str, str]]]:
    return redis.xrange(room_log.LOG_KEY.format(room_id=room_id))


def types_of(redis: Redis, room_id: str) -> list[str]:
    return [fields["type"] for _, fields in log_of(redis, room_id)]


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
