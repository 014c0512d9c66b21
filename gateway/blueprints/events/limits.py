"""How many streams one browser may keep open in this process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST_PER_SESSION = 8
"""A few tabs, and streams whose end has not been noticed yet."""


class TooManyStreams(Exception):
    """This browser has as many streams open as it may."""


class OpenStreams:
    """Counts by session id; the id itself is the key and is dropped with the last stream."""

    def __init__(self, most: int = MOST_PER_SESSION) -> None:
        self._most = most
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def total(self) -> int:
        return self._open.total()

    @contextmanager
    def one_more(self, session_id: str) -> Iterator[None]:
        """Raises TooManyStreams."""
        with self._lock:
            if self._open[session_id] >= self._most:
                raise TooManyStreams
            self._open[session_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[session_id] -= 1
                if not self._open[session_id]:
                    del self._open[session_id]
