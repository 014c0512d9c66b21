"""Taking turns at one thing, in one process."""

from __future__ import annotations

import threading

_LOCKS = 256


class Turns:
    """Who changes a thing waits for who is at it in this process, instead of losing the race again and again.

    It only saves work: between processes the version in the store decides, and would here too.
    """

    def __init__(self) -> None:
        self._locks = tuple(threading.Lock() for _ in range(_LOCKS))

    def of(self, thing_id: str) -> threading.Lock:
        return self._locks[hash(thing_id) % _LOCKS]
