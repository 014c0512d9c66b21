"""One reader follows all rooms and hands every entry to everybody who follows it, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.blueprints.events import fanout
from gateway.blueprints.events.fanout import Overrun, RoomLogReader, Subscription

from .fake_log import FakeRedis

SOON = 5.0


@pytest.fixture
def redis() -> FakeRedis:
    return FakeRedis()


@pytest.fixture
def reader(redis: FakeRedis) -> Iterator[RoomLogReader]:
    reader = RoomLogReader(lambda: redis, block=SOON, retry=0.01)  # type: ignore[arg-type,return-value]
    yield reader
    redis.go_away(False)
    reader.stop()


def texts(subscription: Subscription, count: int) -> list[str]:
    entries = (subscription.take(SOON) for _ in range(count))
    return [entry.fields["text"] for entry in entries if entry is not None]


def test_a_follower_gets_what_was_there_before_and_what_comes(
    redis: FakeRedis, reader: RoomLogReader
) -> None:
    redis.xadd("room:a:log", {"text": "before"})
    with reader.follow("room:a:log") as subscription:
        redis.xadd("room:a:log", {"text": "after"})
        assert texts(subscription, 2) == ["before", "after"]


def test_a_follower_resumes_after_the_entry_that_it_names(redis: FakeRedis, reader: RoomLogReader) -> None:
    seen = redis.xadd("room:a:log", {"text": "seen"})
    redis.xadd("room:a:log", {"text": "missed"})
    with reader.follow("room:a:log", after=seen) as subscription:
        assert texts(subscription, 1) == ["missed"]


def test_each_room_goes_to_its_own_followers_only(redis: FakeRedis, reader: RoomLogReader) -> None:
    with reader.follow("room:a:log") as in_a, reader.follow("room:b:log") as in_b:
        redis.xadd("room:a:log", {"text": "for a"})
        redis.xadd("room:b:log", {"text": "for b"})
        assert (texts(in_a, 1), texts(in_b, 1)) == (["for a"], ["for b"])
        assert in_a.take(0.01) is None


def test_a_later_follower_turns_the_cursor_back_and_the_first_gets_nothing_twice(
    redis: FakeRedis, reader: RoomLogReader
) -> None:
    redis.xadd("room:a:log", {"text": "one"})
    with reader.follow("room:a:log") as first:
        assert texts(first, 1) == ["one"]
        with reader.follow("room:a:log") as second:
            assert texts(second, 1) == ["one"]
            redis.xadd("room:a:log", {"text": "two"})
            assert (texts(first, 1), texts(second, 1)) == (["two"], ["two"])


def test_nothing_is_lost_while_redis_is_away(redis: FakeRedis, reader: RoomLogReader) -> None:
    with reader.follow("room:a:log") as subscription:
        redis.xadd("room:a:log", {"text": "one"})
        assert texts(subscription, 1) == ["one"]
        redis.go_away(True)
        redis.streams["room:a:log"].append(("2-0", {"text": "two"}))
        redis.go_away(False)
        redis.xadd("room:a:log", {"text": "three"})
        assert texts(subscription, 2) == ["two", "three"]


def test_many_rooms_are_followed_by_one_read(redis: FakeRedis, reader: RoomLogReader) -> None:
    subscriptions = [reader.follow(f"room:{number}:log") for number in range(300)]
    reads = redis.reads
    for number in range(300):
        redis.streams[f"room:{number}:log"].append(("1-0", {"text": str(number)}))
    redis.xadd("room:0:log", {"text": "wakes the reader"})
    assert [texts(subscription, 1) for subscription in subscriptions] == [[str(n)] for n in range(300)]
    assert redis.reads - reads < 20


def test_nobody_left_means_that_the_room_is_not_read_any_more(reader: RoomLogReader) -> None:
    with reader.follow("room:a:log"), reader.follow("room:a:log"):
        assert reader.followed == 1
    assert reader.followed == 0


def test_who_does_not_keep_up_is_told_to_start_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "QUEUE_LENGTH", 2)
    subscription = Subscription("room:a:log", fanout.FROM_THE_START, lambda _: None)
    for number in range(1, 4):
        subscription.offer(fanout.LogEntry(f"{number}-0", {"text": str(number)}))
    assert texts(subscription, 2) == ["1", "2"]
    with pytest.raises(Overrun):
        subscription.take(SOON)
