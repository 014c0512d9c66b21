"""Keyframe requests to one publisher: at most one per interval, none lost.

Browsers wait three seconds before they ask again, so a request that comes too early is deferred to the end of
the interval and not dropped.
"""

from __future__ import annotations

INTERVAL = 0.5
"""Seconds between two requests: a keyframe is ten times an ordinary frame."""


class KeyframeThrottle:
    """When to pass a request on."""

    def __init__(self, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._next_at = 0.0
        self._wanted = False

    def want(self, now: float) -> bool:
        """A receiver asks.  True: pass it on now; False: `due` will say when."""
        self._wanted = True
        return self.due(now)

    def due(self, now: float) -> bool:
        """Whether a deferred request goes out now."""
        if not self._wanted or now < self._next_at:
            return False
        self._wanted = False
        self._next_at = now + self._interval
        return True
