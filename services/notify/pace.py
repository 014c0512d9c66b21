"""Confirmation mails make way: who books waits for an answer, who is written to does not.

While many book at once, booking answers notify's questions later than usual.  The next mail then rests for
many times that delay, so mails take a small part of what is scarce, on whichever machines the services run;
as soon as booking answers as usual again, they go out as fast as they can.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_USUAL = 3
"""Times the quickest answer: what takes longer is late."""
_FORGOTTEN = 1.001
"""With each answer the quickest one counts so much less: what is usual may change."""
_RESTS = 20
"""Times the delay."""
_MOST_SECONDS = 2.0


@dataclass(slots=True)
class Pace:
    """Of one replica, in real time."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    _quickest: float = float("inf")
    _rests_until: float = float("-inf")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Note how long an answer takes; one that does not come is as late as it was waited for."""
        began = self.monotonic()
        try:
            yield
        finally:
            self._note(began, self.monotonic())

    def rest(self) -> None:
        """Wait before the next mail as long as the last answer asks for: two seconds at most."""
        left = self._rests_until - self.monotonic()
        if left > 0:
            self.sleep(left)

    def _note(self, began: float, now: float) -> None:
        self._quickest = min(self._quickest * _FORGOTTEN, now - began)
        late = max(0.0, now - began - _USUAL * self._quickest)
        self._rests_until = now + min(_MOST_SECONDS, _RESTS * late)
