"""What can be booked, as `booking` last told it: an appointment carries codes, and pages show words."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock

from services.contracts.errors import PlatformError
from services.contracts.subjects import Subject

KEPT, AGAIN = 5.0, 1.0
"""Seconds: a name is asked for again after the first, one that is not known after the second."""
_log = logging.getLogger(__name__)

Ask = Callable[[], tuple[Subject, ...]]


class Offered:
    """The subjects by code, one answer of booking's at a time; one per process, for all its threads.

    While booking is away, what it told last still stands.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[str, Subject] = {}
        self._asked_at = float("-inf")
        self._lock = Lock()

    def learn(self, subjects: tuple[Subject, ...]) -> None:
        """Keep what booking has just told."""
        self._known = {subject.code: subject for subject in subjects}
        self._asked_at = self._monotonic()

    def subject(self, code: str, ask: Ask) -> Subject | None:
        """None where booking knows none of this code, or has not told anything yet."""
        # One asks; the others go on with what is known, and wait only where nothing is.
        if self._is_due(code) and self._lock.acquire(blocking=not self._known):
            try:
                self._ask_unless_done(code, ask)
            finally:
                self._lock.release()
        return self._known.get(code)

    def _is_due(self, code: str) -> bool:
        return self._monotonic() - self._asked_at >= (KEPT if code in self._known else AGAIN)

    def _ask_unless_done(self, code: str, ask: Ask) -> None:
        if not self._is_due(code):
            return
        try:
            self.learn(ask())
        except PlatformError as error:
            self._asked_at = self._monotonic()
            _log.warning("subjects have no names now: %s", type(error).__name__)
