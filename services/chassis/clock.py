"""The platform's clock: business instants come from here, never from `datetime.now`.

Leases, sessions, rate limits and time-outs on the network use real time instead.

In development all processes follow one *time machine*: a versioned offset in
Redis that is read at each `now()`, so that setting it takes effect at once and
everywhere.  Moving backwards is allowed (two nights of a clock change are tried
in one afternoon); the version always rises, so a reader can tell that time was moved.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from services.chassis.settings import Secret, refuse_outside_development

_log = logging.getLogger(__name__)
_KEY = "clock"
_RETRY_SECONDS = 1.0


class Clock(Protocol):
    """Where business code gets the time from."""

    def now(self) -> datetime:
        """The present instant: aware, in UTC."""
        ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock for tests: it stands still until told otherwise."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("an instant without a time zone")
        self._now = now.astimezone(UTC)

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        self._now += timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)


@dataclass(frozen=True, slots=True)
class Offset:
    """How far the platform's time is from real time; `version` counts the changes."""

    version: int = 0
    shift: timedelta = timedelta(0)


class TimeMachine:
    """Reads and sets the one offset that all processes follow; development only."""

    def __init__(self, redis_url: str) -> None:
        from redis import Redis

        self._redis: Any = Redis.from_url(redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)

    def read(self) -> Offset:
        """Raises redis.RedisError when the store does not answer."""
        version, milliseconds = self._redis.hmget(_KEY, "version", "milliseconds")
        return Offset(int(version or 0), timedelta(milliseconds=int(milliseconds or 0)))

    def shift(self, shift: timedelta) -> Offset:
        """Let platform time be real time plus `shift`."""
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(_KEY, "version", 1)
            pipe.hset(_KEY, "milliseconds", round(shift.total_seconds() * 1000))
            version, _ = pipe.execute()
        return Offset(int(version), shift)

    def travel_to(self, instant: datetime) -> Offset:
        """Let it be `instant` (aware) now; time runs on from there."""
        return self.shift(instant - datetime.now(UTC))

    def reset(self) -> Offset:
        """Back to real time."""
        return self.shift(timedelta(0))

    def close(self) -> None:
        """Let the connection go."""
        self._redis.close()


class OffsetClock:
    """Real time plus the time machine's offset, read at each `now()`.

    While Redis does not answer the last known offset holds, and it is asked
    again a second later at the earliest, so that nobody waits for a dead store.
    """

    def __init__(self, machine: TimeMachine) -> None:
        self._machine = machine
        self._known = Offset()
        self._ask_at = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset().shift

    def close(self) -> None:
        """Let the connection go."""
        self._machine.close()

    def _offset(self) -> Offset:
        from redis import RedisError

        if time.monotonic() >= self._ask_at:
            try:
                self._known = self._machine.read()
            except RedisError:
                self._ask_at = time.monotonic() + _RETRY_SECONDS
                _log.warning("the time machine does not answer, its last offset holds")
        return self._known


def make_clock(environment: str, clock_url: Secret | None) -> Clock:
    """The clock of a process; raises SettingsError if the time machine is set where it must not be."""
    refuse_outside_development(environment, CLOCK_URL=clock_url)
    return OffsetClock(TimeMachine(clock_url.reveal())) if clock_url else SystemClock()
