"""Counting in Redis: sliding windows, one script a count, by Redis's own clock.

Two counters a key hold the present window and the one before, which weighs less the older it gets: as
exact as is needed, and as small for a million callers as for one.  Every process counts into the same.

**Redis away: everything is let through.**  A limit is no permission.  Pages answer 503 then anyway (their
sessions lie in the same place), and a machine client with its token, or a citizen with a genuine link, is
not to be turned away because nobody counts.  What must not be let through, a proof of work used twice, is
refused (`challenge.py`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from math import ceil, floor
from typing import Any, TypeVar

from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import RedisError

_PREFIX = "gateway:limit"
_AWAY_SECONDS = 5.0
"""So long nobody asks again after Redis has not answered: callers must not wait for it one by one."""

AnswerT = TypeVar("AnswerT")
_log = logging.getLogger(__name__)


class Windows:
    """Sliding windows over one storage of the library `limits`."""

    def __init__(self, storage: Any, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._storage, self._monotonic = storage, monotonic
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._away_until = 0.0

    def take(self, name: str, subject: str, amount: int, seconds: int) -> bool:
        """Count one; False, and none counted, where `amount` were counted in the last `seconds`."""
        item = RateLimitItemPerSecond(amount, seconds)
        return self._asked(lambda: self._limiter.hit(item, name, subject), away=True)

    def used(self, name: str, subject: str, amount: int, seconds: int) -> int:
        """How many count now."""
        before, left, now, _ = self._read(name, subject, amount, seconds)
        return floor(before * left / seconds) + now

    def wait(self, name: str, subject: str, amount: int, seconds: int) -> int:
        """Whole seconds until `take` counts again; 0 if it does now."""
        return seconds_to_wait(amount, seconds, *self._read(name, subject, amount, seconds))

    def _read(self, name: str, subject: str, amount: int, seconds: int) -> tuple[int, float, int, float]:
        key = RateLimitItemPerSecond(amount, seconds).key_for(name, subject)
        return self._asked(lambda: self._storage.get_sliding_window(key, seconds), away=(0, 0.0, 0, 0.0))

    def _asked(self, ask: Callable[[], AnswerT], away: AnswerT) -> AnswerT:
        if self._monotonic() < self._away_until:
            return away
        try:
            return ask()
        except RedisError as error:
            self._away_until = self._monotonic() + _AWAY_SECONDS
            _log.error("limits are not counted: Redis does not answer", extra={"error": type(error).__name__})
            return away


def redis_windows(redis: Any) -> Windows:
    """Windows in the Redis of a client, over its own connections."""
    return Windows(RedisStorage("redis://", connection_pool=redis.connection_pool, key_prefix=_PREFIX))


def seconds_to_wait(
    amount: int, seconds: int, before: int, before_left: float, now: int, now_left: float
) -> int:
    """Until one more fits in.

    `before` and `now` are the counts of the window before, which weighs as much of itself as `before_left`
    is of `seconds`, and of the present one, which is kept for `now_left`: a window longer than it lasts.
    """
    if amount <= 0:
        return seconds
    if floor(before * before_left / seconds) + now < amount:
        return 0
    if now >= amount:
        return max(1, ceil(now_left - seconds))
    return max(1, ceil(before_left - (amount - now) * seconds / before))
