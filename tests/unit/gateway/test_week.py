"""Weeks are days of the calendar: neither the clocks nor the turn of a year shifts them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway.week import Week


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 29), date(2026, 11, 23)),
        (date(2026, 3, 29), date(2026, 3, 23)),  # the clocks go forward on that Sunday
        (date(2026, 10, 25), date(2026, 10, 19)),  # and back on that one
        (date(2027, 1, 1), date(2026, 12, 28)),
        (date(2028, 2, 29), date(2028, 2, 28)),
    ],
)
def test_a_day_lies_in_the_week_of_its_monday(day: date, monday: date) -> None:
    assert Week.of(day) == Week(monday)
    assert day in Week.of(day).days


def test_a_week_has_seven_days_from_monday_to_sunday() -> None:
    week = Week.of(date(2026, 12, 31))
    assert [day.weekday() for day in week.days] == list(range(7))
    assert (week.monday, week.sunday) == (date(2026, 12, 28), date(2027, 1, 3))


def test_weeks_follow_each_other_without_gap_over_years_and_clock_changes() -> None:
    week = Week.of(date(2026, 1, 1))
    for _ in range(120):
        assert week.after.monday - week.sunday == timedelta(days=1)
        assert week.after.before == week
        assert week < week.after
        week = week.after
