"""Wall-clock times become instants, also in the two nights that are not 24 hours long."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.booking.domain.local_time import instant, local_day

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)
DAYS = st.dates(date(2020, 1, 1), date(2037, 12, 31))


def _utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def test_half_past_eight_is_an_hour_earlier_in_summer() -> None:
    assert instant(date(2026, 1, 12), 510, LUXEMBOURG) == _utc(date(2026, 1, 12), 7, 30)
    assert instant(date(2026, 7, 13), 510, LUXEMBOURG) == _utc(date(2026, 7, 13), 6, 30)


def test_a_time_that_the_spring_night_skips_is_the_instant_of_the_change() -> None:
    for minute in (120, 121, 150, 179, 180):
        assert instant(SPRING, minute, LUXEMBOURG) == _utc(SPRING, 1)


def test_a_time_that_the_autumn_night_repeats_is_its_first_occurrence() -> None:
    assert instant(AUTUMN, 150, LUXEMBOURG) == _utc(AUTUMN, 0, 30)
    assert instant(AUTUMN, 180, LUXEMBOURG) == _utc(AUTUMN, 2)


def test_minutes_from_1440_on_belong_to_the_following_day() -> None:
    assert instant(date(2026, 1, 12), 1445, LUXEMBOURG) == instant(date(2026, 1, 13), 5, LUXEMBOURG)


def test_the_two_nights_last_23_and_25_hours() -> None:
    for day, hours in ((SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)):
        length = instant(day, 1440, LUXEMBOURG) - instant(day, 0, LUXEMBOURG)
        assert length == timedelta(hours=hours)


@given(DAYS, st.integers(0, 2879), st.integers(0, 60))
def test_a_later_time_on_the_wall_never_comes_earlier(day: date, minute: int, later: int) -> None:
    assert instant(day, minute, LUXEMBOURG) <= instant(day, minute + later, LUXEMBOURG)


@given(DAYS, st.integers(0, 1439))
def test_an_instant_falls_on_the_day_that_it_was_made_from(day: date, minute: int) -> None:
    assert local_day(instant(day, minute, LUXEMBOURG), LUXEMBOURG) == day
