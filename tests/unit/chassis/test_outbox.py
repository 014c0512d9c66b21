"""The relay: one event that cannot be told keeps neither the others back nor the relay from running."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.chassis.amqp import BROKEN
from services.chassis.bus import Platform
from services.chassis.clock import SystemClock
from services.chassis.operations import Health
from services.chassis.outbox import Outbox
from services.chassis.rpc_client import RpcClient


def written(number: int) -> dict[str, Any]:
    entry = {"id": f"e-{number}", "type": "slot_held.v1", "body": {}, "headers": {}, "written": 0.0}
    return {"_id": number, "outbox": [entry]}


class Collection:
    """Documents of a list."""

    name = "claims"

    def __init__(self, *documents: dict[str, Any]) -> None:
        self.documents = list(documents)

    def create_index(self, *_: Any, **__: Any) -> None: ...

    def find(self, *_: Any) -> Collection:
        return self

    def limit(self, _: int) -> list[dict[str, Any]]:
        return [document for document in self.documents if document["outbox"]]

    def update_many(self, query: dict[str, Any], _: Any) -> None:
        for document in self.documents:
            if document["_id"] in query["_id"]["$in"]:
                document["outbox"] = []


class Publisher:
    """Raises what it is told to for each entry of `faults`, once."""

    def __init__(self, **faults: BaseException) -> None:
        self.faults = {name.replace("_", "-"): fault for name, fault in faults.items()}
        self.told: list[str] = []
        self.last = threading.Event()

    @contextmanager
    def batch(self) -> Iterator[Any]:
        yield self.publish

    def publish(self, event_type: str, event_id: str, body: Any, headers: Any) -> None:
        if fault := self.faults.pop(event_id, None):
            raise fault
        self.told.append(event_id)
        if len(self.told) == 2:
            self.last.set()


@pytest.fixture
def collection() -> Collection:
    return Collection(written(1), written(2))


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def box(collection: Collection, publisher: Publisher) -> Iterator[Outbox]:
    made = Outbox(collection, publisher)  # type: ignore[arg-type]
    yield made
    made.stop()


def test_an_event_that_cannot_be_told_keeps_no_other_back(publisher: Publisher, box: Outbox) -> None:
    publisher.faults["e-1"] = TypeError("not JSON")
    box.start()
    assert publisher.last.wait(60)
    assert publisher.told == ["e-2", "e-1"]
    assert box.runs()


def test_a_lost_broker_is_waited_for(publisher: Publisher, box: Outbox) -> None:
    publisher.faults["e-1"] = BROKEN[0]("away")
    box.start()
    assert publisher.last.wait(60)
    assert publisher.told == ["e-1", "e-2"]


def test_what_is_derived_is_brought_up_before_an_event_is_told(collection: Any, publisher: Any) -> None:
    steps: list[Any] = []
    box = Outbox(collection, publisher, lambda ids: steps.append((list(ids), list(publisher.told))))
    box.start()
    assert publisher.last.wait(60)
    box.stop()
    assert steps == [([1, 2], [])]


def test_events_are_told_though_what_is_derived_cannot_be_brought_up(collection: Any, publisher: Any) -> None:
    def fail(_: Any) -> None:
        raise TypeError("a defect")

    box = Outbox(collection, publisher, fail)
    box.start()
    assert publisher.last.wait(60)
    box.stop()
    assert publisher.told == ["e-1", "e-2"]


def test_events_are_not_told_before_what_is_derived_could_be_brought_up(
    collection: Any, publisher: Any
) -> None:
    away = [BROKEN[0]("away")]

    def fail_once(_: Any) -> None:
        if away:
            assert publisher.told == []
            raise away.pop()

    box = Outbox(collection, publisher, fail_once)
    box.start()
    assert publisher.last.wait(60)
    box.stop()
    assert publisher.told == ["e-1", "e-2"]


def test_a_service_whose_relay_ended_is_not_live(collection: Any, publisher: Any) -> None:
    health = Health()
    platform: Any = Platform(
        settings=None, clock=SystemClock(), caller=RpcClient("", "test"), events=publisher, health=health
    )
    box = platform.outbox(collection)
    assert health.ended() == []
    box.stop()
    assert health.ended() == ["outbox of claims"]
