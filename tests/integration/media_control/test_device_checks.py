"""Lines and outcomes of device checks in real stores."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from deploy.dev.platform import Platform
from services.chassis import mongo
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.outbox import Outbox
from services.media.control.adapters import redis as adapter
from services.media.control.adapters.lines import RedisLines
from services.media.control.adapters.mongo import MongoRooms
from services.media.control.domain.device_check import DeviceCheck
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules

pytestmark = pytest.mark.integration

NOW = datetime(2001, 3, 25, 0, 30, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def client(stores: Platform) -> Iterator[Redis]:
    """Redis with media control's own rights; no line is open."""
    client = adapter.connect(stores.env("media-control")["REDIS_URL"])
    client.delete("media:lines", "media:lines:node-1")
    yield client
    client.close()


def test_of_many_at_once_only_so_many_get_a_line(client: Redis) -> None:
    lines = RedisLines(client, HALF_A_MINUTE, 5)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: lines.open(new_id(), "somebody", "node-1", 24), range(24)))
    assert opened.count(True) == 5


def test_a_line_is_its_owners_and_nobody_elses(client: Redis) -> None:
    lines, line_id = RedisLines(client, HALF_A_MINUTE, 5), new_id()
    assert lines.open(line_id, "room-1\0citizen\0a", "node-1", 5)
    assert lines.node(line_id, "room-1\0citizen\0a") == "node-1"
    assert lines.node(line_id, "room-1\0citizen\0b") is None
    assert lines.node(new_id(), "room-1\0citizen\0a") is None


def test_nothing_of_a_line_outlives_its_time(client: Redis) -> None:
    lines, line_id = RedisLines(client, HALF_A_MINUTE, 1), new_id()
    assert lines.open(line_id, "somebody", "node-1", 5)
    for key in ("media:lines", "media:lines:node-1", f"media:line:{line_id}"):
        assert 0 < int(client.ttl(key)) <= 30


def test_a_line_that_has_ended_makes_room_for_another(client: Redis) -> None:
    lines = RedisLines(client, HALF_A_MINUTE, 1)
    assert lines.open("ended", "somebody", "node-1", 5)
    assert not lines.open("next", "somebody", "node-1", 5)
    client.zadd("media:lines", {"ended": 1})
    assert lines.open("next", "somebody", "node-1", 5)


def test_what_was_found_comes_back_with_its_room(stores: Platform) -> None:
    environment = stores.env("media-control")
    database = mongo.connect(environment["MONGO_URI"], environment["MONGO_DATABASE"])
    publisher = EventPublisher(environment["AMQP_URL"], "media")
    rooms = MongoRooms(database, Outbox(database.rooms, publisher), Rules())
    room = Room(room_id=new_id(), opened_at=NOW)
    rooms.add(room)
    rooms.save(replace(room, checks=(_check(),)))
    kept = rooms.get(room.room_id)
    assert kept is not None
    assert kept.checks == (_check(),)
    database.client.close()


def _check() -> DeviceCheck:
    words = dict.fromkeys(("camera", "microphone", "speaker", "network", "path", "browser", "system"), "x")
    figures = dict.fromkeys(
        ("up_kbps", "down_kbps", "lost_up_permille", "lost_down_permille", "round_trip_ms"), 7
    )
    return DeviceCheck(participant_id="a", role="citizen", checked_at=NOW, **words, **figures)  # type: ignore[arg-type]
