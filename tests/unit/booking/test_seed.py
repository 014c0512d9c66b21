"""What the catalogue is filled with, and what never reaches production."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from services.booking.adapters.catalogue_documents import catalogue
from services.booking.domain.catalogue import Catalogue
from services.booking.name_rules import hints, names, topic_names
from services.booking.seed import documents

OPEN = frozenset[date]()
MONDAY = date(2026, 1, 12)


def _catalogue(*, demonstration: bool) -> Catalogue:
    return catalogue(**documents(demonstration=demonstration))


def _starts(demo: Catalogue, day: date) -> list[datetime]:
    calendar = demo.calendars["demo"]
    agents = demo.agents_of(demo.kinds["video-demo"])
    return sorted(slot.starts_at for agent in agents for slot in agent.slots(day, calendar, OPEN))


def test_production_gets_no_demonstration() -> None:
    real = _catalogue(demonstration=False)
    assert set(real.calendars) == {"cns"}
    assert set(real.kinds) == {"video"}
    assert real.agents == {}
    assert all(subject.kinds in ((), ("video",)) for subject in real.subjects.values())


def test_the_real_calendar_has_eighteen_slots_on_weekdays() -> None:
    demo = _catalogue(demonstration=True)
    calendar = demo.calendars["cns"]
    counts = [
        len(demo.agents["agent-emma"].slots(MONDAY + timedelta(days=n), calendar, OPEN)) for n in range(7)
    ]
    assert counts == [18, 18, 18, 18, 18, 0, 0]
    assert (calendar.holidays_of, calendar.horizon_days) == ("LU", 42)


@pytest.mark.parametrize("day", [MONDAY, date(2026, 3, 29), date(2026, 10, 25)])
def test_in_the_demonstration_a_slot_begins_every_five_minutes(day: date) -> None:
    demo = _catalogue(demonstration=True)
    starts = _starts(demo, day - timedelta(days=1)) + _starts(demo, day)
    gaps = {later - earlier for earlier, later in pairwise(starts)}
    assert gaps == {timedelta(minutes=5)}


@pytest.mark.parametrize(("day", "count"), [(date(2026, 3, 29), 69), (date(2026, 10, 25), 75), (MONDAY, 72)])
def test_each_demonstration_agent_keeps_his_slots_over_a_clock_change(day: date, count: int) -> None:
    demo = _catalogue(demonstration=True)
    agents = demo.agents_of(demo.kinds["video-demo"])
    counts = {agent.agent_id: len(agent.slots(day, demo.calendars["demo"], OPEN)) for agent in agents}
    assert counts == dict.fromkeys(["agent-anna", "agent-ben", "agent-chloe", "agent-david"], count)


def test_one_demonstration_agent_speaks_two_languages_only() -> None:
    demo = _catalogue(demonstration=True)
    spoken = {agent.agent_id: agent.languages for agent in demo.agents_of(demo.kinds["video-demo"])}
    assert [agent_id for agent_id, languages in spoken.items() if len(languages) < 4] == ["agent-david"]
    assert spoken["agent-david"] == ("fr", "en")


def test_reimbursement_is_never_by_video_and_has_no_kind() -> None:
    bills = _catalogue(demonstration=True).subjects["reimbursement-of-bills"]
    assert (bills.by_video, bills.kinds) == (False, ())


def test_everything_that_can_be_booked_is_called_something_in_every_language() -> None:
    seeded = _catalogue(demonstration=True)
    for kind in seeded.kinds.values():
        assert names(kind.names) == kind.names
    for subject in seeded.subjects.values():
        assert names(subject.names) == subject.names
        assert hints(subject.hints) == subject.hints
        assert topic_names(subject.topic_names, subject.topics) == subject.topic_names


def test_a_demonstration_slot_begins_within_five_minutes_of_any_instant() -> None:
    now = datetime(2026, 1, 12, 23, 58, 30, tzinfo=UTC)
    demo = _catalogue(demonstration=True)
    starts = _starts(demo, MONDAY) + _starts(demo, MONDAY + timedelta(days=1))
    assert min(start for start in starts if start > now) - now <= timedelta(minutes=5)
