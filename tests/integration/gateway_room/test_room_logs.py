"""The one reader of room logs over a real Redis: nothing is lost while either of them is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from redis import Redis
from redis.exceptions import RedisError

from deploy.dev.platform import Platform
from gateway.blueprints.events.fanout import RoomLogReader, Subscription
from tests.service_process import eventually

pytestmark = pytest.mark.integration

SOON = 60.0


@pytest.fixture
def log(stores: Platform) -> Iterator[Redis]:
    """Who writes room logs."""
    with Redis.from_url(stores.urls["redis"], decode_responses=True) as redis:
        yield redis


@pytest.fixture
def new_reader(stores: Platform) -> Iterator[Callable[[], RoomLogReader]]:
    """Makes readers with the rights of the events entry; all are stopped in the end."""
    url = stores.env("gateway-events")["REDIS_URL"]
    connections: list[Redis] = []
    readers: list[RoomLogReader] = []

    def connect() -> Redis:
        connections.append(Redis.from_url(url, decode_responses=True, socket_timeout=60))
        return connections[-1]

    def new() -> RoomLogReader:
        readers.append(RoomLogReader(connect, block=15, retry=0.05))
        return readers[-1]

    yield new
    for reader in readers:
        reader.stop()
    for connection in connections:
        connection.close()


@pytest.fixture
def reader(new_reader: Callable[[], RoomLogReader]) -> RoomLogReader:
    return new_reader()


def say(log: Redis, stream: str, number: int) -> None:
    """Append entry `number` under the id that `media` gives it; again without effect."""
    try:
        log.xadd(stream, {"text": str(number)}, id=f"{number}-0")
    except RedisError as error:
        if "equal or smaller" not in str(error):
            raise


def texts(subscription: Subscription, count: int) -> list[int]:
    entries = (subscription.take(SOON) for _ in range(count))
    return [int(entry.fields["text"]) for entry in entries if entry is not None]


def test_a_room_added_while_the_reader_waits_is_read_at_once(log: Redis, reader: RoomLogReader) -> None:
    with reader.follow("room:first:log") as first:
        say(log, "room:first:log", 1)
        assert texts(first, 1) == [1]
        with reader.follow("room:second:log") as second:
            say(log, "room:second:log", 1)
            assert texts(second, 1) == [1]


def test_fifty_rooms_with_two_followers_each_get_everything_in_order(
    log: Redis, reader: RoomLogReader
) -> None:
    streams = [f"room:many-{number}:log" for number in range(50)]
    followers = [reader.follow(stream) for stream in streams for _ in range(2)]
    for number in range(1, 21):
        for stream in streams:
            say(log, stream, number)
    assert all(texts(follower, 20) == list(range(1, 21)) for follower in followers)


def test_nothing_is_lost_while_redis_restarts(stores: Platform, log: Redis, reader: RoomLogReader) -> None:
    with reader.follow("room:restart:log") as subscription:
        say(log, "room:restart:log", 1)
        assert texts(subscription, 1) == [1]
        stores.supervisor.restart("cache")
        eventually(lambda: _spoken(log, "room:restart:log", 2))
        assert texts(subscription, 1) == [2]


def test_a_reader_that_died_is_followed_by_one_that_misses_nothing(
    log: Redis, new_reader: Callable[[], RoomLogReader]
) -> None:
    say(log, "room:died:log", 1)
    before = new_reader()
    with before.follow("room:died:log") as subscription:
        last = subscription.take(SOON)
    before.stop()
    assert last is not None
    for number in (2, 3):
        say(log, "room:died:log", number)
    with new_reader().follow("room:died:log", after=last.entry_id) as subscription:
        assert texts(subscription, 2) == [2, 3]


def _spoken(log: Redis, stream: str, number: int) -> bool:
    """True once Redis is back and has the entry."""
    try:
        say(log, stream, number)
    except RedisError:
        return False
    return True
