"""Public holidays from the `holidays` package."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays


class HolidayCalendar:
    """Public holidays by country; a year is computed once."""

    def between(self, country: str, first: date, last: date) -> frozenset[date]:
        years = range(first.year, last.year + 1)
        return frozenset(day for year in years for day in _of_year(country, year) if first <= day <= last)

    def knows(self, country: str) -> bool:
        return len(country) == 2 and country in holidays.list_supported_countries()


@cache
def _of_year(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
