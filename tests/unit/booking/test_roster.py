"""Who keeps an appointment ahead, which colleague could, and that nobody is promised twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.domain.catalogue import Absence, Agent, Catalogue
from services.booking.domain.change import with_entry
from services.booking.domain.hours import WeeklyHours
from services.booking.domain.remedy import Diary, Remedy, remedies
from services.booking.domain.roster import Ahead, Roster
from services.booking.domain.slots import Slot
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, MONDAY, agent, calendar, catalogue

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ROUND_THE_CLOCK = WeeklyHours.parse([["00:00-24:00"]] * 7)


def roster(known: Catalogue, *closed: date) -> Roster:
    return Roster(known, lambda office, first, last: office.closures | frozenset(closed))


def ahead(starts_at: datetime = FIRST_SLOT, agent_id: str = "agent-a", **changes: object) -> Ahead:
    slot = Slot(starts_at, starts_at + LENGTH)
    one = Ahead("appointment-1", agent_id, "office", "fr", slot, calendar().day_of(starts_at))
    return replace(one, **changes)


def absence(agent_id: str, starts_at: datetime, until: datetime) -> Absence:
    return Absence(f"absence-of-{agent_id}", agent_id, starts_at, until)


def diary(*taken: tuple[str, Slot]) -> Diary:
    def on(day: date) -> Iterable[tuple[str, Slot]]:
        return [(agent_id, slot) for agent_id, slot in taken if calendar().day_of(slot.starts_at) == day]

    return Diary(on)


# --- keeping ------------------------------------------------------------------------


def test_an_appointment_in_working_time_is_kept() -> None:
    assert roster(catalogue()).keeps(ahead())


def test_one_off_the_grid_is_kept_while_it_lies_in_working_time() -> None:
    longer = roster(catalogue(length=timedelta(minutes=30)))
    second = ahead(FIRST_SLOT + LENGTH)
    assert longer.keeps(second)
    assert not longer.on_grid(second)
    assert longer.unkept([second]) == []


@pytest.mark.parametrize(
    "changed",
    [
        agent("agent-a", "lb", "de"),
        agent(hours=WeeklyHours.parse([["08:40-11:30"]] * 7)),
        replace(agent(), active=False),
        replace(agent(), calendar="other"),
    ],
    ids=["language", "hours", "inactive", "another calendar"],
)
def test_what_an_agent_cannot_keep(changed: Agent) -> None:
    known = catalogue()
    assert not roster(with_entry(known, changed, 1)).keeps(ahead())


def test_nobody_keeps_an_appointment_of_an_agent_who_is_unknown() -> None:
    assert not roster(catalogue()).keeps(ahead(agent_id="agent-z"))
    assert not roster(catalogue()).on_grid(ahead(agent_id="agent-z"))


def test_a_closed_day_keeps_nothing_nor_does_the_night_that_begins_on_it() -> None:
    night = agent(hours=WeeklyHours.parse([["22:00-30:00"]] * 7))
    after_midnight = ahead(datetime(2026, 1, 13, 0, 0, tzinfo=UTC))
    assert roster(catalogue(night)).keeps(after_midnight)
    assert not roster(catalogue(night), MONDAY).keeps(after_midnight)
    assert not roster(catalogue(), MONDAY).keeps(ahead())


@pytest.mark.parametrize(
    ("begins", "ends", "kept"),
    [(0, 20, False), (-60, 0, True), (20, 60, True), (19, 60, False), (-60, 1, False), (5, 6, False)],
)
def test_an_absence_is_half_open(begins: int, ends: int, kept: bool) -> None:
    away = absence("agent-a", FIRST_SLOT + timedelta(minutes=begins), FIRST_SLOT + timedelta(minutes=ends))
    known = with_entry(catalogue(), away, 1)
    assert roster(known).keeps(ahead()) is kept
    assert (ahead().slot in known.agents["agent-a"].slots(MONDAY, calendar(), frozenset())) is kept


def test_an_absence_that_was_taken_back_is_none() -> None:
    away = absence("agent-a", FIRST_SLOT, FIRST_SLOT + timedelta(days=1))
    never = away.ended(FIRST_SLOT - timedelta(hours=1))
    assert roster(with_entry(catalogue(), never, 1)).keeps(ahead())
    half = away.ended(FIRST_SLOT + timedelta(hours=1))
    assert half.until == FIRST_SLOT + timedelta(hours=1)
    assert half.ended(FIRST_SLOT + timedelta(hours=3)) == half


def test_of_two_at_the_same_time_the_one_off_the_grid_is_given_up() -> None:
    on_grid = ahead(FIRST_SLOT + LENGTH, appointment_id="on")
    off_grid = ahead(FIRST_SLOT + timedelta(minutes=10), appointment_id="off")
    assert roster(catalogue()).unkept([on_grid, off_grid]) == [off_grid]
    both = [ahead(appointment_id="first"), ahead(appointment_id="second")]
    assert roster(catalogue()).unkept(both) == both[1:]


def test_appointments_of_two_agents_are_not_in_each_others_way() -> None:
    both = [ahead(), ahead(agent_id="agent-b", appointment_id="second")]
    assert roster(catalogue(agent(), agent("agent-b"))).unkept(both) == []


@pytest.mark.parametrize("day", [SPRING, AUTUMN, MONDAY])
def test_every_slot_of_a_day_is_kept_by_whom_it_was_offered_also_when_clocks_change(day: date) -> None:
    office = calendar(hours=ROUND_THE_CLOCK)
    known = catalogue(hours=ROUND_THE_CLOCK)
    slots = known.agents["agent-a"].slots(day, office, frozenset())
    assert len(slots) == {SPRING: 69, AUTUMN: 75}.get(day, 72)
    booked = [ahead(slot.starts_at, appointment_id=f"{slot.starts_at}") for slot in slots]
    assert roster(known).unkept(booked) == []
    assert all(roster(known, day).keeps(one) is False for one in booked)


# --- remedies -----------------------------------------------------------------------


def colleague(found: Iterable[Remedy]) -> list[str]:
    return [remedy.colleague.agent_id if remedy.colleague else "" for remedy in found]


def test_a_free_colleague_who_speaks_the_language_takes_it() -> None:
    known = catalogue(agent(), agent("agent-b", "de"), agent("agent-c", "fr", "de"))
    assert colleague(remedies(roster(known), diary(), [ahead()])) == ["agent-c"]


def test_nobody_takes_it_where_the_colleague_has_something_begun_the_evening_before() -> None:
    known = catalogue(agent(), agent("agent-b"), hours=ROUND_THE_CLOCK)
    midnight = ahead(datetime(2026, 1, 12, 23, 0, tzinfo=UTC))
    late = Slot(midnight.slot.starts_at - timedelta(minutes=10), midnight.slot.starts_at + LENGTH / 2)
    assert colleague(remedies(roster(known), diary(("agent-b", late)), [midnight])) == [""]
    assert colleague(remedies(roster(known), diary(), [midnight])) == ["agent-b"]


def test_a_colleague_who_is_away_or_off_the_grid_does_not_take_it() -> None:
    away = absence("agent-b", FIRST_SLOT, FIRST_SLOT + LENGTH)
    shifted = agent("agent-c", hours=WeeklyHours.parse([["08:20-11:20"]] * 5 + [[], []]))
    known = with_entry(catalogue(agent(), agent("agent-b"), shifted), away, 1)
    assert colleague(remedies(roster(known), diary(), [ahead()])) == [""]


def test_a_full_morning_is_spread_over_colleagues_evenly() -> None:
    known = catalogue(agent(), agent("agent-b"), agent("agent-c"))
    morning = [ahead(FIRST_SLOT + n * LENGTH, appointment_id=f"a{n}") for n in range(8)]
    taken = colleague(remedies(roster(known), diary(), morning))
    assert sorted(taken) == ["agent-b"] * 4 + ["agent-c"] * 4


def test_the_rare_language_is_kept_for_who_needs_it() -> None:
    """Both could go to the one who speaks both; the other one cannot take Luxembourgish."""
    known = catalogue(agent(), agent("agent-d"), agent("agent-b", "lb", "fr"), agent("agent-c", "fr"))
    lost = [ahead(appointment_id="1-french"), ahead(appointment_id="2-lb", language="lb", agent_id="agent-d")]
    away = [absence(name, FIRST_SLOT, FIRST_SLOT + LENGTH) for name in ("agent-a", "agent-d")]
    for one in away:
        known = with_entry(known, one, 1)
    busy = [("agent-c", Slot(FIRST_SLOT + n * LENGTH, FIRST_SLOT + (n + 1) * LENGTH)) for n in range(1, 4)]
    assert colleague(remedies(roster(known), diary(*busy), lost)) == ["agent-c", "agent-b"]


languages = st.sets(st.sampled_from(["lb", "fr", "de"]), min_size=1).map(sorted)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Catalogue, list[Ahead], list[tuple[str, Slot]]]:
    """Some agents fall out for some of a morning; the others have something on already."""
    spoken = draw(st.lists(languages, min_size=2, max_size=5))
    staff = [agent(f"agent-{n}", *own) for n, own in enumerate(spoken)]
    booked = [
        ahead(
            FIRST_SLOT + n * LENGTH,
            member.agent_id,
            appointment_id=f"{member.agent_id}-{n}",
            language=draw(st.sampled_from(member.languages)),
        )
        for member in staff
        for n in range(3)
        if draw(st.booleans())
    ]
    known = catalogue(*staff)
    for member in draw(st.sets(st.sampled_from(staff), max_size=len(staff) - 1)):
        away = absence(member.agent_id, FIRST_SLOT, FIRST_SLOT + draw(st.integers(1, 3)) * LENGTH)
        known = with_entry(known, away, 1)
    return known, booked, [(one.agent_id, one.slot) for one in booked]


@given(situations())
def test_nobody_is_promised_twice_nor_to_somebody_who_cannot(
    situation: tuple[Catalogue, list[Ahead], list[tuple[str, Slot]]],
) -> None:
    known, booked, taken = situation
    lost = roster(known).unkept(booked)
    found = list(remedies(roster(known), diary(*taken), lost))
    assert [remedy.ahead for remedy in found] == lost
    helped = [(remedy.colleague, remedy.ahead) for remedy in found if remedy.colleague]
    moved = [replace(one, agent_id=helper.agent_id) for helper, one in helped]
    stay = [one for one in booked if one not in lost]
    assert roster(known).unkept([*stay, *moved]) == []
    assert not {(one.agent_id, one.slot) for one in moved} & set(taken)


@given(situations())
def test_as_many_as_possible_find_a_colleague(
    situation: tuple[Catalogue, list[Ahead], list[tuple[str, Slot]]],
) -> None:
    known, booked, taken = situation
    lost = roster(known).unkept(booked)
    found = list(remedies(roster(known), diary(*taken), lost))
    for starts_at in {one.slot.starts_at for one in lost}:
        group = [one for one in lost if one.slot.starts_at == starts_at]
        options = [
            {a.agent_id for a in roster(known).colleagues(one) if diary(*taken).is_free(a, one)}
            for one in group
        ]
        helped = [r for r in found if r.colleague and r.ahead.slot.starts_at == starts_at]
        assert len(helped) == _most(options)


def _most(options: list[set[str]], taken: frozenset[str] = frozenset()) -> int:
    """By trying everything."""
    if not options:
        return 0
    first, *rest = options
    return max([_most(rest, taken), *(1 + _most(rest, taken | {name}) for name in first - taken)])
