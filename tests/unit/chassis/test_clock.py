"""Clocks: aware, in UTC; the time machine takes effect at once and cannot reach production."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from redis import ConnectionError as RedisConnectionError

from services.chassis.clock import ManualClock, Offset, OffsetClock, SystemClock, make_clock
from services.chassis.settings import Secret, SettingsError

T0 = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
A_MOMENT = timedelta(seconds=5)


class Machine:
    """A time machine in memory, which can be away."""

    def __init__(self) -> None:
        self.offset, self.away, self.reads = Offset(), False, 0

    def read(self) -> Offset:
        self.reads += 1
        if self.away:
            raise RedisConnectionError
        return self.offset


def near(instant: datetime, shift: timedelta) -> bool:
    return abs(instant - datetime.now(UTC) - shift) < A_MOMENT


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_manual_clock_stands_still_until_told_otherwise() -> None:
    clock = ManualClock(T0)
    assert clock.now() == clock.now() == T0
    clock.advance(minutes=15, seconds=1)
    assert clock.now() == T0 + timedelta(minutes=15, seconds=1)


def test_a_manual_clock_speaks_utc() -> None:
    assert ManualClock(T0.astimezone(timezone(timedelta(hours=2)))).now().tzinfo is UTC


def test_a_manual_clock_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        ManualClock(T0.replace(tzinfo=None))


def test_a_new_offset_takes_effect_at_the_next_reading() -> None:
    machine = Machine()
    clock = OffsetClock(machine)  # type: ignore[arg-type]
    assert near(clock.now(), timedelta(0))
    machine.offset = Offset(1, timedelta(hours=24))
    assert near(clock.now(), timedelta(hours=24))
    machine.offset = Offset(2, timedelta(hours=-3))
    assert near(clock.now(), timedelta(hours=-3))


def test_the_last_offset_holds_while_the_store_is_away() -> None:
    machine = Machine()
    clock = OffsetClock(machine)  # type: ignore[arg-type]
    machine.offset = Offset(1, timedelta(hours=24))
    clock.now()
    machine.away = True
    assert near(clock.now(), timedelta(hours=24))
    assert near(clock.now(), timedelta(hours=24))


def test_a_store_that_is_away_is_not_asked_each_time() -> None:
    machine = Machine()
    machine.away = True
    clock = OffsetClock(machine)  # type: ignore[arg-type]
    for _ in range(5):
        clock.now()
    assert machine.reads == 1


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_time_machine_stops_the_boot_where_it_must_not_be(environment: str) -> None:
    with pytest.raises(SettingsError, match="CLOCK_URL"):
        make_clock(environment, Secret("redis://127.0.0.1:1/0"))


def test_without_a_time_machine_it_is_real_time() -> None:
    assert isinstance(make_clock("production", None), SystemClock)


def test_with_a_time_machine_it_is_followed() -> None:
    assert isinstance(make_clock("development", Secret("redis://127.0.0.1:1/0")), OffsetClock)
