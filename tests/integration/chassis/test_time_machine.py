"""The time machine over a real Redis: one offset, at once, everywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import RedisError

from deploy.dev.platform import Platform
from services.chassis.clock import OffsetClock, TimeMachine

pytestmark = pytest.mark.integration


@pytest.fixture
def machine(stores: Platform) -> Iterator[TimeMachine]:
    machine = TimeMachine(stores.urls["redis"])
    yield machine
    machine.reset()
    machine.close()


def test_all_clocks_follow_at_once(machine: TimeMachine, stores: Platform) -> None:
    clocks = [OffsetClock(TimeMachine(stores.urls["redis"])) for _ in range(2)]
    night = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)
    machine.travel_to(night)
    assert all(timedelta(0) <= clock.now() - night < timedelta(minutes=1) for clock in clocks)
    machine.reset()
    assert all(abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1) for clock in clocks)
    for clock in clocks:
        clock.close()


def test_each_change_raises_the_version_also_backwards(machine: TimeMachine) -> None:
    first = machine.shift(timedelta(hours=24)).version
    assert machine.shift(timedelta(hours=-1)).version == first + 1
    assert machine.reset().version == first + 2
    assert machine.read().shift == timedelta(0)


def test_offsets_keep_their_milliseconds(machine: TimeMachine) -> None:
    machine.shift(timedelta(milliseconds=1234))
    assert machine.read().shift == timedelta(milliseconds=1234)


def test_a_service_can_read_the_time_but_not_set_it(stores: Platform) -> None:
    reader = TimeMachine(stores.env("booking")["CLOCK_URL"])
    reader.read()
    with pytest.raises(RedisError):
        reader.shift(timedelta(hours=1))
    reader.close()
