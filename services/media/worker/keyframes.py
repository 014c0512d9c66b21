"""Keyframe requests to one publisher: at most one per interval, none lost.

Browsers wait three seconds before they ask again, so a request that comes too early is deferred to the end of
the interval and not dropped, and one that brings no keyframe is repeated: it or the keyframe was lost.
"""

from __future__ import annotations

from math import inf

INTERVAL = 0.5
"""Seconds between two requests: a keyframe is ten times an ordinary frame."""
REPEAT = 1.0
"""Seconds without a keyframe after which a request is repeated: a slow line's round trip, and encoding."""
REPEATS = 4
"""After so many in vain the publisher has no picture: nobody holds a camera to him."""


class KeyframeThrottle:
    """When to pass a request on."""

    def __init__(self, interval: float = INTERVAL) -> None:
        self.awaited = False
        """Whether a keyframe was wanted that has not come since."""
        self._interval = interval
        self._next_at = 0.0
        self._repeat_at = inf
        self._repeats = 0
        self._wanted = False

    def want(self, now: float) -> bool:
        """A receiver asks.  True: pass it on now; False: `due` will say when."""
        self._wanted = self.awaited = True
        return self.due(now)

    def due(self, now: float) -> bool:
        """Whether a deferred request, or one once more, goes out now."""
        if not self.awaited or now < (self._next_at if self._wanted else self._repeat_at):
            return False
        self._repeats = REPEATS if self._wanted else self._repeats - 1
        self._wanted = False
        self._next_at = now + self._interval
        self._repeat_at = now + REPEAT if self._repeats else inf
        return True

    def came(self) -> None:
        """A keyframe begins: everybody who asked before gets it."""
        self._wanted = self.awaited = False
