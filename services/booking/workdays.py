"""Who works when, computed once per catalogue and day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta

from services.booking.domain.catalogue import Calendar, Catalogue
from services.booking.domain.taken import WorkingDay
from services.booking.ports import PublicHolidays

_SETTLED_SECONDS = 15.0
"""Every replica works by a new catalogue, and what was claimed by the one before is known to all."""


class WorkDays:
    """The working days of the catalogue that was asked for last."""

    def __init__(self, holidays: PublicHolidays, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._holidays, self._monotonic = holidays, monotonic
        self._catalogue: Catalogue | None = None
        self._since = 0.0
        self._known: dict[tuple[str, date], WorkingDay] = {}

    def of(self, catalogue: Catalogue, calendar: Calendar, day: date) -> WorkingDay:
        """The slots of the calendar's agents that begin on that day."""
        self._follow(catalogue)
        known = self._known.get((calendar.code, day))
        if known is None:
            known = self._computed(catalogue, calendar, day)
            if catalogue is self._catalogue:
                self._known[calendar.code, day] = known
        return known

    def is_settled(self, catalogue: Catalogue) -> bool:
        """False while others may claim, or have just claimed, by other working hours."""
        self._follow(catalogue)
        return self._monotonic() >= self._since + _SETTLED_SECONDS

    def _follow(self, catalogue: Catalogue) -> None:
        if catalogue is not self._catalogue:
            self._catalogue, self._since, self._known = catalogue, self._monotonic(), {}

    def _computed(self, catalogue: Catalogue, calendar: Calendar, day: date) -> WorkingDay:
        closed = self._closed(calendar, day)
        staff = (agent for agent in catalogue.agents.values() if agent.calendar == calendar.code)
        return WorkingDay({agent.agent_id: agent.slots(day, calendar, closed) for agent in staff})

    def _closed(self, calendar: Calendar, day: date) -> frozenset[date]:
        if not calendar.holidays_of:
            return calendar.closures
        # A window that opened the evening before counts for that day.
        before = day - timedelta(days=1)
        return calendar.closures | self._holidays.between(calendar.holidays_of, before, day)
