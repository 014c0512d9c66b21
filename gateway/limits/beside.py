"""How much of one thing goes on here at the same time for one of many, so that others have their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from services.contracts.errors import ServiceUnavailable, TooManyRequests


class Beside:
    """At most `most` for each; nobody waits here, since who waits holds a thread, too."""

    def __init__(self, most: int, in_all: int | None = None) -> None:
        self._most, self._in_all = most, in_all
        self._going, self._lock = Counter[str](), Lock()

    @contextmanager
    def of(self, whom: str) -> Iterator[None]:
        """Errors: TooManyRequests(seconds), ServiceUnavailable(documents) where all places are taken."""
        with self._lock:
            if self._going[whom] >= self._most:
                raise TooManyRequests("1")
            if self._in_all is not None and self._going.total() >= self._in_all:
                raise ServiceUnavailable("documents")
            self._going[whom] += 1
        try:
            yield
        finally:
            self._ended(whom)

    def _ended(self, whom: str) -> None:
        with self._lock:
            self._going[whom] -= 1
            if not self._going[whom]:
                del self._going[whom]
