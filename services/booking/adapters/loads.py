"""How busy each agent is, as known a moment ago: good enough to choose by, never to claim by."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

Count = Callable[[str, date], Mapping[str, int]]

_FRESH_SECONDS = 1.0
_SHARE = 20
"""Counting takes at most one part in so many of the time, however full a day is."""
_MAX_DAYS = 256


@dataclass(slots=True)
class _Known:
    claims: Counter[str] = field(default_factory=Counter)
    count_at: float = 0.0
    """On this process's monotonic clock; infinite while somebody counts."""


class DayLoads:
    """Claims of each agent by calendar and day; what this process adds is known at once."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._days: dict[tuple[str, date], _Known] = {}

    def of(self, calendar: str, day: date) -> Mapping[str, int]:
        """One caller counts when it is time; the others go on with what is known."""
        known = self._days.get((calendar, day)) or self._begin(calendar, day)
        if time.monotonic() >= known.count_at:
            self._refresh(known, calendar, day)
        return known.claims

    def add(self, calendar: str, day: date, agent_id: str) -> None:
        known = self._days.get((calendar, day))
        if known is not None:
            known.claims[agent_id] += 1

    def _begin(self, calendar: str, day: date) -> _Known:
        while len(self._days) >= _MAX_DAYS:
            del self._days[next(iter(self._days))]
        return self._days.setdefault((calendar, day), _Known())

    def _refresh(self, known: _Known, calendar: str, day: date) -> None:
        began, known.count_at, pause = time.monotonic(), float("inf"), 0.0
        try:
            known.claims = Counter(self._count(calendar, day))
            pause = max(_FRESH_SECONDS, _SHARE * (time.monotonic() - began))
        finally:
            known.count_at = time.monotonic() + pause
