"""Events between real processes: retried, put aside, never lost."""

import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import amqp
import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import DEAD_QUEUE, EventPublisher, event_queue, events_exchange
from services.chassis.codec import from_wire, to_wire
from services.chassis.mongo import uses_index
from services.chassis.outbox import PENDING
from services.chassis.rpc_client import RpcClient
from services.contracts.errors import ServiceTimeout
from tests.integration.chassis.conftest import Start
from tests.integration.chassis.sample_contracts import Tell, ThingFlashed, ThingHappened, ThingTold
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
QUEUE = event_queue("media", ThingHappened.type, "booking", "thing_happened")


@pytest.fixture
def media(stores: Platform) -> Iterator[EventPublisher]:
    publisher = EventPublisher(stores.env("media-control")["AMQP_URL"], "media")
    yield publisher
    publisher.close()


@pytest.fixture
def dead(channel: amqp.Channel, service: ServiceProcess) -> amqp.Channel:
    channel.queue_purge(DEAD_QUEUE)
    return channel


@pytest.fixture
def told(channel: amqp.Channel) -> Iterator[str]:
    """A queue that hears what the service tells."""
    queue = channel.queue_declare("", exclusive=True).queue
    channel.exchange_declare(events_exchange("booking"), "topic", durable=True, auto_delete=False)
    channel.queue_bind(queue, events_exchange("booking"), ThingTold.type)
    return str(queue)


def happened(thing_id: str, failures: int = 0) -> ThingHappened:
    return ThingHappened(event_id=f"e-{thing_id}", occurred_at=NOW, thing_id=thing_id, failures=failures)


def seen(database: Database[dict[str, Any]], thing_id: str) -> int:
    return database.marks.count_documents({"text": f"happened {thing_id}"})


def take(channel: amqp.Channel, queue: str) -> Any:
    return eventually(lambda: channel.basic_get(queue, no_ack=True))


def test_an_event_is_handled(
    service: ServiceProcess, media: EventPublisher, database: Database[dict[str, Any]]
) -> None:
    thing_id = uuid4().hex
    media.publish(happened(thing_id))
    assert eventually(lambda: seen(database, thing_id) == 1)


def test_no_more_events_are_handled_at_once_than_a_handler_allows(
    service: ServiceProcess, stores: Platform, database: Database[dict[str, Any]]
) -> None:
    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    database.marks.delete_many({})
    with publisher.batch() as publish:
        for _ in range(5):
            publish(ThingTold.type, f"e-{uuid4().hex}", _told_body(), {})
    publisher.close()
    eventually(lambda: database.marks.count_documents({"text": "end"}) == 5)
    marks = [found["text"] for found in database.marks.find({"text": {"$in": ["begin", "end"]}}).sort("_id")]
    assert marks == ["begin", "end"] * 5


def _told_body() -> Any:
    return to_wire(ThingTold(event_id=uuid4().hex, occurred_at=NOW, thing_id="thing"))


def test_a_failed_event_is_tried_again_later(
    service: ServiceProcess, media: EventPublisher, database: Database[dict[str, Any]], channel: amqp.Channel
) -> None:
    thing_id = uuid4().hex
    media.publish(happened(thing_id, failures=2))
    eventually(lambda: seen(database, thing_id) == 3)
    eventually(lambda: channel.queue_declare(QUEUE, passive=True).message_count == 0)
    attempts = [line["attempts"] for line in service.lines() if line.get("event_id") == f"e-{thing_id}"]
    assert attempts == [1, 2]
    assert "personal data" not in service.log.read_text()


def test_an_event_that_always_fails_ends_among_the_dead(
    dead: amqp.Channel, media: EventPublisher, database: Database[dict[str, Any]]
) -> None:
    thing_id = uuid4().hex
    media.publish(happened(thing_id, failures=99))
    message = take(dead, DEAD_QUEUE)
    assert json.loads(message.body)["thing_id"] == thing_id
    assert message.headers["x-death"][0]["queue"] == QUEUE
    assert seen(database, thing_id) == 3


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{}", b"[]", b'{"event_id": 3}'])
def test_an_event_that_cannot_be_read_ends_among_the_dead_at_once(
    dead: amqp.Channel, service: ServiceProcess, body: bytes
) -> None:
    sent = amqp.Message(body, content_type="application/json", content_encoding="utf-8")
    dead.basic_publish(sent, events_exchange("media"), ThingHappened.type)
    found = take(dead, DEAD_QUEUE).body
    assert (found if isinstance(found, bytes) else found.encode()) == body
    assert service.failing() == []


def test_events_wait_for_a_service_that_is_away(
    start: Start, media: EventPublisher, database: Database[dict[str, Any]]
) -> None:
    start().terminate()
    thing_id = uuid4().hex
    media.publish(happened(thing_id))
    start()
    assert eventually(lambda: seen(database, thing_id) == 1)


def test_a_broadcast_reaches_every_replica(
    start: Start, media: EventPublisher, database: Database[dict[str, Any]]
) -> None:
    replicas = [start(), start()]
    thing_id = uuid4().hex
    media.publish(ThingFlashed(event_id="e", occurred_at=NOW, thing_id=thing_id))
    eventually(lambda: database.marks.count_documents({"text": f"flashed {thing_id}"}) == 2)
    pids = set(database.marks.distinct("pid", {"text": f"flashed {thing_id}"}))
    assert pids == {replica.process.pid for replica in replicas}


def test_the_outbox_tells_what_was_stored_and_empties_itself(
    service: ServiceProcess,
    client: RpcClient,
    channel: amqp.Channel,
    told: str,
    database: Database[dict[str, Any]],
) -> None:
    thing_id = uuid4().hex
    client.call(Tell(thing_id=thing_id))
    message = take(channel, told)
    assert from_wire(ThingTold, json.loads(message.body)).thing_id == thing_id
    assert message.properties["message_id"] == f"told-{thing_id}"
    assert message.properties["delivery_mode"] == 2
    eventually(lambda: database.things.find_one({"_id": thing_id}) == {"_id": thing_id, "outbox": []})


def test_an_event_of_a_process_that_died_is_told_by_the_next(
    start: Start, client: RpcClient, channel: amqp.Channel, told: str
) -> None:
    start()
    thing_id = uuid4().hex
    with pytest.raises(ServiceTimeout):
        client.call(Tell(thing_id=thing_id, crash=True), timeout=5)
    start()
    assert from_wire(ThingTold, json.loads(take(channel, told).body)).thing_id == thing_id


def test_events_wait_in_the_outbox_while_the_broker_is_away(
    stores: Platform, service: ServiceProcess, database: Database[dict[str, Any]]
) -> None:
    def waits() -> int:
        return sum("outbox waits" in line["message"] for line in service.lines())

    before = waits()
    os.killpg(stores.child_id("broker"), signal.SIGKILL)
    stores.supervisor.end("broker")
    thing_id = uuid4().hex
    entry = {
        "id": f"told-{thing_id}",
        "type": ThingTold.type,
        "body": {"event_id": f"told-{thing_id}", "occurred_at": "2026-03-29T01:00:00Z", "thing_id": thing_id},
        "headers": {},
        "written": 0.0,
    }
    database.things.insert_one({"_id": thing_id, "outbox": [entry]})
    assert eventually(lambda: waits() > before)
    stores.supervisor.restart("broker")
    assert eventually(lambda: database.things.find_one({"_id": thing_id}) == {"_id": thing_id, "outbox": []})


def test_the_scan_for_what_waits_uses_an_index(
    service: ServiceProcess, database: Database[dict[str, Any]]
) -> None:
    assert uses_index(database.things, PENDING)
    assert not uses_index(database.things, {"nobody_asks_for": 1})


def test_the_timer_fires(service: ServiceProcess, database: Database[dict[str, Any]]) -> None:
    def ticks() -> int:
        found = database.ticks.find_one({"_id": service.process.pid})
        return found["count"] if found else 0

    eventually(lambda: ticks() >= 2)
    assert 'timer_seconds_count{outcome="ok",task="tick"}' in service.metrics()
