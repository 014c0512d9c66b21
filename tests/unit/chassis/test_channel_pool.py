"""Publishing by many at once: a message that was written is not taken back by closing what carries it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from services.chassis import amqp
from services.chassis.amqp import ChannelPool

CALLERS = 40


class Line:
    """A connection to a broker that is always well."""

    def __init__(self, dropped: list["Line"]) -> None:
        self._dropped = dropped

    def channel(self) -> object:
        return object()

    def drain_events(self, timeout: float) -> None:
        raise TimeoutError

    def collect(self) -> None:
        self._dropped.append(self)


class Lines(list[Line]):
    """Those that were opened, and those of them that were dropped without a farewell."""

    def __init__(self) -> None:
        super().__init__()
        self.dropped: list[Line] = []

    def open(self, *_: Any, **__: Any) -> Line:
        self.append(Line(self.dropped))
        return self[-1]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    opened = Lines()
    monkeypatch.setattr(amqp, "connect", opened.open)
    return opened


@pytest.fixture
def pool(lines: Lines) -> ChannelPool:
    return ChannelPool("amqp://nobody.invalid//", confirms=False)


def test_many_at_once_take_turns_and_no_channel_is_dropped_after_its_use(
    pool: ChannelPool, lines: Lines
) -> None:
    inside, may_leave = threading.Semaphore(0), threading.Event()

    def publish() -> None:
        with pool.borrow():
            inside.release()
            assert may_leave.wait(30)

    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(publish) for _ in range(CALLERS)]
        assert all(inside.acquire(timeout=30) for _ in range(amqp._CHANNELS))
        may_leave.set()
        for call in calls:
            call.result(30)
    assert len(lines) <= amqp._CHANNELS < CALLERS
    assert lines.dropped == []


def test_one_after_the_other_have_the_same_channel(pool: ChannelPool, lines: Lines) -> None:
    for _ in range(CALLERS):
        with pool.borrow():
            pass
    assert len(lines) == 1


def test_a_channel_with_which_something_went_wrong_is_not_lent_again(pool: ChannelPool, lines: Lines) -> None:
    with pytest.raises(ConnectionResetError), pool.borrow():
        raise ConnectionResetError
    with pool.borrow():
        pass
    assert lines.dropped == lines[:1]
    assert len(lines) == 2


def test_who_waits_in_vain_for_a_channel_is_told_that_the_broker_is_away(
    pool: ChannelPool, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amqp, "_TURN_SECONDS", 0.01)
    with ExitStack() as all_of_them:
        for _ in range(amqp._CHANNELS):
            all_of_them.enter_context(pool.borrow())
        with pytest.raises(amqp.BROKEN), pool.borrow():
            pass
    with pool.borrow():
        assert len(lines) == amqp._CHANNELS, "who gave up has taken nobody's turn"
