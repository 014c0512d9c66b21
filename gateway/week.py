"""A calendar week, Monday to Sunday: days of the calendar, so no change of the clocks touches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_DAYS = 7


@dataclass(frozen=True, order=True)
class Week:
    monday: date

    @classmethod
    def of(cls, day: date) -> Week:
        """The week in which a day lies."""
        return cls(day - timedelta(days=day.weekday()))

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=_DAYS - 1)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + timedelta(days=n) for n in range(_DAYS))

    @property
    def before(self) -> Week:
        return Week(self.monday - timedelta(days=_DAYS))

    @property
    def after(self) -> Week:
        return Week(self.monday + timedelta(days=_DAYS))
