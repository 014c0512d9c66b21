"""Trying a line with packets that carry nothing, before pictures are sent on it again."""

from __future__ import annotations

from collections.abc import Iterable

from services.media.worker.consumer import PADDING_SIZE, Consumer

LATE = 0.25
"""Seconds by which it may fall behind; what was due before is left out."""


class Probe:
    """Packets of nothing but padding in one of the sections for pictures, at a rate that changes."""

    def __init__(self, now: float) -> None:
        self._sent_until = now

    def send(self, consumers: Iterable[Consumer], rate: float, now: float) -> None:
        """Send what is due by now at `rate` bits a second, zero for none."""
        self._sent_until = max(self._sent_until, now - LATE)
        carrier = next((c for c in consumers if c.section.kind == "video" and c.repairs), None)
        if carrier is None or not rate:
            return
        step = 8 * PADDING_SIZE / rate
        while self._sent_until + step <= now:
            self._sent_until += step
            carrier.pad(now)
