"""How much work one browser may make: who was let in may be hostile, and the others' calls share the node."""

from __future__ import annotations

from collections import Counter

MEDIA = 3_000
"""Packets a second that are looked at: twice what camera, screen, sound and a browser's probing come to."""
CHECKS = 100
"""STUN checks a second: browsers make some twenty while they look for a path, and one or two later."""
RECORDS = 100
"""Datagrams of DTLS a second: a handshake takes less than twenty."""


class Allowance:
    """So many a second in the long run, and as many at once."""

    __slots__ = ("_counts", "_filled_at", "_left", "_rate")

    def __init__(self, rate: int, counts: Counter[str], now: float) -> None:
        self._rate = self._left = float(rate)
        self._counts, self._filled_at = counts, now

    def take(self, now: float) -> bool:
        """Whether one more is within it; asked for each packet, so time counts only where it is used up."""
        if self._left < 1:
            self._left = min(self._rate, (now - self._filled_at) * self._rate)
            if self._left < 1:
                self._counts["flood"] += 1
                return False
            self._filled_at = now
        self._left -= 1
        return True
