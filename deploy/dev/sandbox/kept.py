"""What is remembered for a while, in memory: visits, codes, sessions, and what must not come twice."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
SECONDS = 600.0
"""As long as the platform waits for an answer."""
MOST = 10_000


class Kept(Generic[T]):
    """Things under names that cannot be guessed, until they are taken or too old; the oldest make room."""

    def __init__(self, seconds: float = SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._monotonic = seconds, monotonic
        self._lock = threading.Lock()
        self._things: dict[str, tuple[float, T]] = {}

    def keep(self, thing: T, name: str = "") -> str:
        """The name that it is kept under."""
        name = name or secrets.token_urlsafe(24)
        with self._lock:
            self._put(thing, name)
        return name

    def keep_first(self, thing: T, name: str) -> bool:
        """Whether nothing was kept under the name; of many callers one is told so."""
        with self._lock:
            is_first = self.look(name) is None
            if is_first:
                self._put(thing, name)
        return is_first

    def look(self, name: str) -> T | None:
        """Leave it where it is."""
        until, thing = self._things.get(name, (0.0, None))
        return thing if self._monotonic() < until else None

    def take(self, name: str) -> T | None:
        """Of many callers one gets it."""
        with self._lock:
            until, thing = self._things.pop(name, (0.0, None))
        return thing if self._monotonic() < until else None

    def _put(self, thing: T, name: str) -> None:
        self._forget_old()
        self._things[name] = (self._monotonic() + self._seconds, thing)

    def _forget_old(self) -> None:
        now = self._monotonic()
        while self._things:
            oldest = next(iter(self._things))
            if self._things[oldest][0] > now and len(self._things) < MOST:
                return
            del self._things[oldest]
