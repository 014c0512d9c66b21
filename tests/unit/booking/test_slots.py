"""Slots fill the working hours: no gap, no overlap, the right number."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.domain.hours import DAY, WeeklyHours, Window
from services.booking.domain.local_time import instant
from services.booking.domain.slots import Grid, Slot, slots_of_day, tile, without
from tests.unit.booking.builders import OFFICE

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
TWENTY = Grid(LUXEMBOURG, timedelta(minutes=20), timedelta(0))
ROUND_THE_CLOCK = WeeklyHours.every_day(Window(0, DAY))
SHIFTED = WeeklyHours.every_day(Window(15, DAY + 15))
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
OPEN = frozenset[date]()


def _local(slots: tuple[Slot, ...]) -> list[str]:
    return [f"{slot.starts_at.astimezone(LUXEMBOURG):%H:%M}" for slot in slots]


def test_an_office_day_has_eighteen_slots_between_its_hours() -> None:
    times = _local(slots_of_day(date(2026, 1, 12), OFFICE, TWENTY, OPEN))
    assert len(times) == 18
    assert (times[0], times[8], times[9], times[17]) == ("08:30", "11:10", "13:00", "15:40")


def test_no_slot_begins_at_the_weekend() -> None:
    assert slots_of_day(date(2026, 1, 17), OFFICE, TWENTY, OPEN) == ()
    assert slots_of_day(date(2026, 1, 18), OFFICE, TWENTY, OPEN) == ()


def test_a_closed_day_has_no_slots_and_its_neighbours_have_theirs() -> None:
    closed = frozenset({date(2026, 1, 13)})
    counts = [len(slots_of_day(date(2026, 1, d), OFFICE, TWENTY, closed)) for d in (12, 13, 14)]
    assert counts == [18, 0, 18]


def test_a_pause_keeps_the_slots_apart() -> None:
    paused = TWENTY._replace(pause=timedelta(minutes=10))
    times = _local(slots_of_day(date(2026, 1, 12), OFFICE, paused, OPEN))
    assert times[:3] == ["08:30", "09:00", "09:30"]
    assert len(times) == 12


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 3, 29), 69), (date(2026, 10, 25), 75), (date(2026, 6, 1), 72)]
)
@pytest.mark.parametrize("hours", [ROUND_THE_CLOCK, SHIFTED])
def test_the_clock_change_nights_have_69_and_75_slots(day: date, count: int, hours: WeeklyHours) -> None:
    assert len(slots_of_day(day, hours, TWENTY, OPEN)) == count


def test_office_hours_stay_the_same_on_the_wall_over_a_clock_change() -> None:
    before = _local(slots_of_day(date(2026, 3, 27), OFFICE, TWENTY, OPEN))
    after = _local(slots_of_day(date(2026, 3, 30), OFFICE, TWENTY, OPEN))
    assert before == after


def test_a_night_window_lends_its_later_slots_to_the_following_day() -> None:
    night = WeeklyHours.parse([["22:00-26:00"], [], [], [], [], [], []])
    monday = _local(slots_of_day(date(2026, 1, 12), night, TWENTY, OPEN))
    tuesday = _local(slots_of_day(date(2026, 1, 13), night, TWENTY, OPEN))
    assert (monday[0], monday[-1], tuesday[0], tuesday[-1]) == ("22:00", "23:40", "00:00", "01:40")
    assert slots_of_day(date(2026, 1, 13), night, TWENTY, frozenset({date(2026, 1, 12)})) == ()


@given(DAYS, st.integers(0, 30), st.sampled_from([ROUND_THE_CLOCK, SHIFTED]))
def test_round_the_clock_leaves_no_gap_and_no_overlap(day: date, days: int, hours: WeeklyHours) -> None:
    slots = [
        slot for n in range(days + 1) for slot in slots_of_day(day + timedelta(days=n), hours, TWENTY, OPEN)
    ]
    assert all(earlier.ends_at == later.starts_at for earlier, later in pairwise(slots))


@given(DAYS, st.integers(0, DAY - 1), st.integers(1, DAY), st.integers(5, 60), st.integers(0, 15))
def test_a_window_holds_as_many_slots_as_fit(
    day: date, opens: int, length: int, minutes: int, pause: int
) -> None:
    window = Window(opens, opens + length)
    grid = Grid(LUXEMBOURG, timedelta(minutes=minutes), timedelta(minutes=pause))
    slots = list(tile(day, window, grid))
    begin, end = instant(day, window.opens, LUXEMBOURG), instant(day, window.closes, LUXEMBOURG)
    assert len(slots) == max(0, (end - begin + grid.pause) // (grid.length + grid.pause))
    assert all(slot.ends_at - slot.starts_at == grid.length for slot in slots)
    assert all(later.starts_at - earlier.ends_at == grid.pause for earlier, later in pairwise(slots))
    assert all(begin <= slot.starts_at and slot.ends_at <= end for slot in slots)


def _slot(begin: int, end: int) -> Slot:
    origin = datetime(2026, 1, 12, tzinfo=UTC)
    return Slot(origin + timedelta(minutes=begin), origin + timedelta(minutes=end))


def _row(edges: list[int]) -> list[Slot]:
    """Slots without overlaps between sorted edges, every other gap."""
    return [_slot(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=False)]


@given(
    st.lists(st.integers(0, 500), unique=True, max_size=40).map(sorted),
    st.lists(st.integers(0, 500), unique=True, max_size=40).map(sorted),
)
def test_free_is_what_touches_no_claim(offered: list[int], claimed: list[int]) -> None:
    slots, taken = _row(offered), _row(claimed)
    expected = [slot for slot in slots if not any(slot.touches(claim) for claim in taken)]
    assert list(without(slots, taken)) == expected


def test_slots_that_only_meet_do_not_touch() -> None:
    assert not _slot(0, 20).touches(_slot(20, 40))
    assert _slot(0, 20).touches(_slot(19, 39))


@pytest.mark.parametrize(
    "days",
    [
        [["08:30-12:00", "11:00-13:00"], [], [], [], [], [], []],
        [["13:00-16:00", "08:30-11:30"], [], [], [], [], [], []],
        [["22:00-30:00"], ["05:00-10:00"], [], [], [], [], []],
        [["05:00-10:00"], [], [], [], [], [], ["22:00-30:00"]],
        [["08:30-11:30"]],
    ],
)
def test_working_hours_that_overlap_or_lack_a_day_are_refused(days: list[list[str]]) -> None:
    with pytest.raises(ValueError, match=r"working hours|seven days"):
        WeeklyHours.parse(days)


@pytest.mark.parametrize("text", ["11:30-08:30", "24:00-25:00", "08:30-08:30", "00:00-24:01"])
def test_a_window_opens_within_its_day_and_closes_within_24_hours(text: str) -> None:
    with pytest.raises(ValueError, match="a window must open"):
        WeeklyHours.parse([[text], [], [], [], [], [], []])
