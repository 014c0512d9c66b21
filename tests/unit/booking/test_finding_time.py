"""Which time is offered: office hours, public holidays, closures, notice, horizon, languages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.booking.adapters.holidays import HolidayCalendar
from services.contracts.errors import InvalidField, NotFound
from services.contracts.slots import FindFreeDays, FindFreeSlots, FindNextFree, FreeDay
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY, World, agent

TUESDAY = MONDAY + timedelta(days=1)


def _starts(world: World, day: date = MONDAY, language: str = "fr") -> list[datetime]:
    found = world.booking.find_free_slots(FindFreeSlots(kind="video", language=language, day=day))
    return [slot.starts_at for slot in found.slots]


def _days(world: World, first: date, last: date, language: str = "fr") -> dict[date, int]:
    request = FindFreeDays(kind="video", language=language, first=first, last=last)
    return {found.day: found.free for found in world.booking.find_free_days(request).days}


def test_a_free_day_offers_every_slot_of_the_office_hours() -> None:
    starts = _starts(World())
    assert len(starts) == 18
    assert starts[0] == FIRST_SLOT
    assert starts[-1] == datetime(2026, 1, 12, 14, 40, tzinfo=UTC)


def test_a_start_is_offered_once_however_many_agents_are_free() -> None:
    assert len(_starts(World(agent("agent-a"), agent("agent-b")))) == 18


def test_a_held_slot_is_not_offered_until_the_hold_runs_out() -> None:
    world = World()
    world.hold()
    assert FIRST_SLOT not in _starts(world)
    world.clock.advance(minutes=10)
    assert FIRST_SLOT in _starts(world)


def test_a_slot_is_offered_as_long_as_one_agent_is_free() -> None:
    world = World(agent("agent-a"), agent("agent-b"))
    world.hold(key="key-1")
    assert FIRST_SLOT in _starts(world)
    world.hold(key="key-2")
    assert FIRST_SLOT not in _starts(world)


def test_a_slot_is_offered_only_in_languages_that_a_free_agent_speaks() -> None:
    world = World(agent("agent-a", "fr", "en"), agent("agent-b", "de"))
    assert _starts(world, language="lb") == []
    world.hold(language="de")
    assert FIRST_SLOT not in _starts(world, language="de")
    assert FIRST_SLOT in _starts(world, language="fr")


def test_the_notice_ends_exactly_so_long_before_the_start() -> None:
    world = World(notice=timedelta(minutes=15))
    world.clock.set(FIRST_SLOT - timedelta(minutes=15, milliseconds=1))
    assert _starts(world)[0] == FIRST_SLOT
    world.clock.set(FIRST_SLOT - timedelta(minutes=15))
    assert _starts(world)[0] == FIRST_SLOT + LENGTH


def test_nothing_is_offered_on_a_public_holiday_or_a_closure() -> None:
    world = World(holidays=(MONDAY,), closures=frozenset({TUESDAY}))
    assert list(_days(world, MONDAY, MONDAY + timedelta(days=2))) == [MONDAY + timedelta(days=2)]


def test_a_calendar_may_ignore_public_holidays() -> None:
    assert len(_starts(World(holidays=(MONDAY,), holidays_of=""))) == 18


def test_the_horizon_ends_after_its_last_day() -> None:
    last = MONDAY + timedelta(days=42)
    days = _days(World(horizon_days=42), last - timedelta(days=4), last + timedelta(days=4))
    assert max(days) == last


def test_past_days_are_not_offered() -> None:
    assert min(_days(World(), MONDAY - timedelta(days=7), TUESDAY)) == MONDAY


def test_days_tell_how_many_starts_are_free() -> None:
    world = World()
    world.hold()
    request = FindFreeDays(kind="video", language="fr", first=MONDAY, last=TUESDAY)
    assert world.booking.find_free_days(request).days == (
        FreeDay(day=MONDAY, free=17),
        FreeDay(day=TUESDAY, free=18),
    )


def test_a_claim_made_under_other_hours_blocks_what_it_reaches_into() -> None:
    world = World()
    world.hold(FIRST_SLOT + LENGTH)
    later = world.source.catalogue.calendars["office"].hours.parse([["08:40-11:40"]] * 7)
    world.source.put(agent(hours=later))
    starts = _starts(world)
    assert starts[0] == FIRST_SLOT + timedelta(minutes=50)


@pytest.mark.parametrize("last", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=62)])
def test_a_range_of_days_is_bounded(last: date) -> None:
    with pytest.raises(InvalidField) as refused:
        _days(World(), MONDAY, last)
    assert refused.value.details == {"field": "last", "rule": "range"}


def test_an_unknown_kind_or_language_is_refused() -> None:
    booking = World().booking
    with pytest.raises(NotFound):
        booking.find_free_slots(FindFreeSlots(kind="fax", language="fr", day=MONDAY))
    with pytest.raises(InvalidField):
        booking.find_free_slots(FindFreeSlots(kind="video", language="xx", day=MONDAY))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 9),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 6, 23),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ],
)
def test_luxembourg_keeps_its_public_holidays(day: date) -> None:
    assert HolidayCalendar().between("LU", day, day) == {day}


def test_holidays_are_found_over_the_turn_of_a_year() -> None:
    found = HolidayCalendar().between("LU", date(2026, 12, 20), date(2027, 1, 2))
    assert found == {date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}


def test_both_nights_of_a_clock_change_keep_their_slots_for_citizens() -> None:
    round_the_clock = World().source.catalogue.calendars["office"].hours.parse([["00:00-24:00"]] * 7)
    for day, count in ((date(2026, 3, 29), 69), (date(2026, 10, 25), 75)):
        world = World(hours=round_the_clock, notice=timedelta(0))
        world.clock.set(EIGHT.replace(month=day.month, day=day.day - 1))
        assert _days(world, day, day) == {day: count}


def _next(world: World, **wanted: Any) -> datetime | None:
    request = FindNextFree(kind="video", language=wanted.pop("language", "fr"), **wanted)
    slot = world.booking.find_next_free(request).slot
    return slot.starts_at if slot else None


def test_part_of_day_follows_the_calendars_own_clock() -> None:
    """In summer, noon in Luxembourg is two hours before noon UTC."""
    world = World()
    july = date(2026, 7, 13)
    world.clock.advance(days=175)
    for part, hours in (("morning", range(6, 10)), ("afternoon", range(11, 14))):
        request = FindFreeSlots(kind="video", language="fr", day=july, part_of_day=part)
        slots = world.booking.find_free_slots(request).slots
        assert len(slots) == 9
        assert {slot.starts_at.hour for slot in slots} == set(hours)


def test_days_count_only_the_part_that_is_asked_for() -> None:
    request = FindFreeDays(kind="video", language="fr", first=TUESDAY, last=TUESDAY, part_of_day="afternoon")
    assert World().booking.find_free_days(request).days == (FreeDay(day=TUESDAY, free=9),)


def test_the_next_free_slot_is_the_first_that_nobody_holds() -> None:
    world = World()
    assert _next(world) == FIRST_SLOT
    world.hold()
    assert _next(world) == FIRST_SLOT + LENGTH


def test_the_next_free_slot_honours_instant_part_and_language() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b", "de"))
    one = datetime(2026, 1, 12, 12, tzinfo=UTC)
    assert _next(world, part_of_day="afternoon") == one
    assert _next(world, not_before=one + timedelta(seconds=1)) == one + LENGTH
    assert _next(world, not_before=one, part_of_day="morning") == FIRST_SLOT + timedelta(days=1)
    assert _next(world, language="lb") is None


def test_nothing_is_free_beyond_the_horizon() -> None:
    for instant in (EIGHT + timedelta(days=43), datetime.max.replace(tzinfo=UTC)):
        assert _next(World(), not_before=instant) is None


def test_an_unknown_part_of_day_is_refused() -> None:
    with pytest.raises(InvalidField, match="part_of_day"):
        _next(World(), part_of_day="night")


def test_the_slots_of_a_week_are_those_of_its_days_in_order() -> None:
    world = World()
    world.hold()
    sunday = MONDAY + timedelta(days=6)
    request = FindFreeSlots(kind="video", language="fr", day=MONDAY, last=sunday)
    week = [slot.starts_at for slot in world.booking.find_free_slots(request).slots]
    assert week == [start for n in range(7) for start in _starts(world, MONDAY + timedelta(days=n))]
    assert len(week) == 5 * 18 - 1


def test_a_week_over_the_turn_of_the_year_leaves_out_the_day_that_is_closed() -> None:
    world = World(closures=frozenset({date(2027, 1, 1)}))
    world.clock.set(datetime(2026, 12, 18, 7, tzinfo=UTC))
    request = FindFreeSlots(kind="video", language="fr", day=date(2026, 12, 28), last=date(2027, 1, 3))
    days = {slot.starts_at.date() for slot in world.booking.find_free_slots(request).slots}
    assert days == {date(2026, 12, day) for day in (28, 29, 30, 31)}


@pytest.mark.parametrize("days", [-1, 7])
def test_more_than_a_week_of_slots_is_refused(days: int) -> None:
    request = FindFreeSlots(kind="video", language="fr", day=MONDAY, last=MONDAY + timedelta(days=days))
    with pytest.raises(InvalidField, match="last"):
        World().booking.find_free_slots(request)


def test_the_next_free_slot_says_which_days_can_be_booked_at_all() -> None:
    found = World().booking.find_next_free(FindNextFree(kind="video", language="fr"))
    assert (found.first_day, found.last_day) == (MONDAY, MONDAY + timedelta(days=42))
