"""The page of free times: a week at a glance, the next free one from everywhere, nothing said wrongly."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from gateway.slots import MOST_A_DAY
from services.contracts import slots as s
from services.contracts import subjects
from services.contracts.slots import FindFreeSlots, FindNextFree, HoldSlot
from services.contracts.subjects import ListSubjects
from tests.unit.gateway import journey

TAKE = 'name="starts_at" value="'


@pytest.fixture
def at_times(browser: Any) -> Any:
    """A citizen who is to choose a time, on Monday 23 November 2026, 08:00."""
    journey.as_far_as_time(browser)
    return browser


def _days(page: str) -> dict[str, list[str]]:
    """By the name of each day: the times that can be chosen, or the word for none."""
    found = {}
    for item in re.findall(r'<li class="app-week__day.*?(?=<li class="app-week__day|</ol>)', page, re.DOTALL):
        name = " ".join(re.sub(r"<[^>]+>", " ", item.partition("</h3>")[0]).split())
        times = re.findall(r"</span>(\d\d:\d\d)</button>", item)
        found[name] = times or re.findall(r'app-week__none">([^<]+)', item)
    return found


def _link(page: str, words: str) -> str:
    """Where the link with these words leads."""
    for address, text in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL):
        if words in re.sub(r"<[^>]+>", "", text):
            return "/book/time" + unescape(address).partition("#")[0]
    raise AssertionError(f"no link {words!r}")


def test_a_week_shows_each_day_with_its_times_or_that_it_has_none(at_times: Any, world: Any) -> None:
    world.booking.closed.add(date(2026, 11, 25))
    page = at_times.get("/book/time").text
    assert "Free times, 23–29 Nov 2026" in page
    assert _days(page) == {
        "Monday 23 November": ["10:00", "11:00", "15:00"],
        "Tuesday 24 November": ["10:00", "11:00", "15:00"],
        "Wednesday 25 November": ["None"],
        "Thursday 26 November": ["10:00", "11:00", "15:00"],
        "Friday 27 November": ["10:00", "11:00", "15:00"],
        "Saturday 28 November": ["None"],
        "Sunday 29 November": ["None"],
    }


def test_a_page_costs_three_requests_and_holds_nothing(at_times: Any, world: Any) -> None:
    world.bus.asked.clear()
    at_times.get("/book/time?week=2026-12-01&part=morning&language=fr")
    assert [type(request) for request in world.bus.asked] == [ListSubjects, FindNextFree, FindFreeSlots]


def test_language_part_and_week_stay_from_link_to_link(at_times: Any) -> None:
    page = at_times.get("/book/time?language=fr&part=afternoon&week=2026-12-02").text
    assert "30 Nov\u2009–\u20096 Dec 2026" in page
    later = _link(page, "Next week")
    assert later == "/book/time?language=fr&part=afternoon&week=2026-12-07"
    assert _link(page, "Morning") == "/book/time?language=fr&part=morning&week=2026-11-30"
    assert _link(page, "German") == "/book/time?language=de&part=afternoon&week=2026-11-30"
    assert set(map(tuple, _days(at_times.get(later).text).values())) == {("15:00",), ("None",)}


def test_what_is_chosen_is_said_to_screen_readers(at_times: Any) -> None:
    page = at_times.get("/book/time?language=fr&part=afternoon").text
    chosen = re.findall(r'aria-current="true">([^<]+)', page)
    assert chosen[-2:] == ["French", "Afternoon"]
    assert 'aria-current="date">Monday' in page
    assert '<span class="govuk-visually-hidden">Monday 23 November, </span>15:00' in page


def test_the_first_and_the_last_week_that_can_be_booked_are_the_ends(at_times: Any) -> None:
    first = at_times.get("/book/time").text
    assert "This is the first week." in first
    with pytest.raises(AssertionError):
        _link(first, "Previous week")
    last = at_times.get("/book/time?week=2026-12-21").text
    assert "Later weeks cannot be booked yet." in last
    with pytest.raises(AssertionError):
        _link(last, "Next week")


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "2026-02-31", "soon", "2026-W50-1", "", "²"])
@pytest.mark.parametrize("name", ["week", "day"])
def test_a_week_that_cannot_be_shows_one_that_can(at_times: Any, name: str, week: str) -> None:
    page = at_times.get("/book/time", query_string={name: week, "part": "night", "language": "xx"})
    assert page.status_code == 200
    assert TAKE in page.text


def test_the_next_free_time_is_one_click_away_from_every_week_language_and_part(at_times: Any) -> None:
    for query, starts_at in (
        ("week=2026-12-14", "2026-11-23T09:00:00+00:00"),
        ("week=2026-12-14&part=afternoon", "2026-11-23T14:00:00+00:00"),
        ("week=2026-11-28&language=fr", "2026-11-23T09:00:00+00:00"),
        ("day=2026-11-29", "2026-11-23T09:00:00+00:00"),
    ):
        page = at_times.get(f"/book/time?{query}").text
        card = page.partition("The next free time")[2].partition("</section>")[0]
        assert f'{TAKE}{starts_at}"' in card, query


def test_the_week_of_the_next_free_time_is_shown_first(at_times: Any, world: Any) -> None:
    world.booking.closed |= {date(2026, 11, 23) + timedelta(days=n) for n in range(9)}
    page = at_times.get("/book/time").text
    assert "30 Nov\u2009–\u20096 Dec 2026" in page
    assert _days(page)["Wednesday 2 December"] == ["10:00", "11:00", "15:00"]


def test_an_empty_week_says_when_the_next_free_time_after_it_is(at_times: Any, world: Any) -> None:
    world.booking.closed |= {date(2026, 11, 30) + timedelta(days=n) for n in range(5)}
    page = at_times.get("/book/time?week=2026-11-30&part=afternoon").text
    assert "The next free time after that is Monday, 7 December 2026, 15:00" in page
    assert _days(at_times.get(_link(page, "Show that week")).text)["Monday 7 December"] == ["15:00"]


def test_an_empty_last_week_leads_back_to_the_next_free_time(at_times: Any, world: Any) -> None:
    world.booking.closed.add(date(2026, 12, 21))
    page = at_times.get("/book/time?week=2026-12-21").text
    assert "nor later: times after Monday, 21 December 2026 cannot be booked yet" in page
    assert (
        _link(page, "Show the week with the next") == "/book/time?language=en&week=2026-11-23" or "de" in page
    )


def test_nothing_free_at_all_says_what_to_do(at_times: Any, world: Any) -> None:
    world.booking.closed |= {date(2026, 11, 23) + timedelta(days=n) for n in range(40)}
    page = at_times.get("/book/time?part=morning").text
    assert TAKE not in page
    for words in ("No time is free up to Monday, 21 December 2026", "call CNS: +352", "Look again later"):
        assert words in page
    assert "part" not in _link(page, "Look at the whole day")


def test_a_kind_of_appointment_that_nobody_serves_has_nothing_free(
    at_times: Any, world: Any, monkeypatch: Any
) -> None:
    unserved = subjects.Kind(code="video", channel="video", minutes=20, languages=())
    subject = subjects.Subject(code="information-documents", by_video=True, topics=(), kinds=(unserved,))
    world.booking.list_subjects = lambda _: subjects.Subjects(subjects=(subject,))
    world.booking.closed |= {date(2026, 11, 23) + timedelta(days=n) for n in range(40)}
    assert "No time is free up to" in at_times.get("/book/time").text


def test_a_day_with_many_times_leads_to_a_page_of_its_own(at_times: Any, world: Any) -> None:
    busy = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    many = tuple(
        s.Slot(starts_at=busy + timedelta(minutes=20 * n), ends_at=busy + timedelta(minutes=20 * n + 20))
        for n in range(30)
    )
    world.booking.find_free_slots = lambda _: s.FreeSlots(slots=many)
    page = at_times.get("/book/time").text
    assert len(_days(page)["Tuesday 24 November"]) == MOST_A_DAY
    day = at_times.get(_link(page, "All 30 times of this day")).text
    assert "Free times on Tuesday, 24 November 2026" in day
    assert day.count('class="app-slot"') == 30
    assert re.findall(r'<h3 class="govuk-heading-s">([^<]+)', day) == ["Morning", "Afternoon"]
    assert _link(day, "Show the whole week").endswith("week=2026-11-23")


def test_the_hour_that_comes_twice_says_which_of_the_two(at_times: Any, world: Any) -> None:
    world.clock.set(datetime(2026, 10, 24, 12, tzinfo=UTC))
    night = (datetime(2026, 10, 25, 0, 40, tzinfo=UTC), datetime(2026, 10, 25, 1, 40, tzinfo=UTC))
    slots = tuple(s.Slot(starts_at=start, ends_at=start + timedelta(minutes=20)) for start in night)
    world.booking.find_free_slots = lambda _: s.FreeSlots(slots=slots)
    page = at_times.get("/book/time?week=2026-10-25").text
    assert "02:40 (summer time)" in page
    assert "02:40 (winter time)" in page


def test_a_time_that_is_taken_shows_its_week_again_with_the_same_wish(at_times: Any, world: Any) -> None:
    wanted = datetime(2026, 12, 9, 14, tzinfo=UTC)
    world.booking.taken.add(wanted)
    form = {"language": "fr", "part": "afternoon", "starts_at": wanted.isoformat(), "page_key": "page"}
    page = at_times.post("/book/time", form)
    assert page.status_code == 409
    assert page.text.index("Somebody else has just taken this time") < page.text.index("<h1")
    assert _days(page.text)["Wednesday 9 December"] == ["None"]
    assert _days(page.text)["Thursday 10 December"] == ["15:00"]


def test_a_lapsed_time_that_is_still_free_can_be_reserved_again_with_one_click(
    at_times: Any, world: Any
) -> None:
    journey.choose_time(at_times)
    world.clock.advance(minutes=11)
    world.booking.taken.clear()
    page = at_times.get("/book/time").text
    assert "The time that you had is still free: Monday, 23 November 2026, 11:00" in page
    form = {"language": "de", "starts_at": journey.TEN, "page_key": "page-2"}
    assert at_times.post("/book/time", form).location == "/book/person"
    assert world.bus.times(HoldSlot) == 2


@pytest.mark.parametrize("code", ["de", "fr", "lb"])
def test_weeks_are_written_in_the_readers_language(at_times: Any, code: str) -> None:
    words = {"de": "23.–29. Nov. 2026", "fr": "23–29 nov. 2026", "lb": "23.–29. Nov. 2026"}
    assert words[code] in at_times.get(f"/book/time?lang={code}").text
