"""The console from day to day and by week: who sees it, what leads where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.contracts.booking import ListAppointments
from services.contracts.booking_desk import AgentDay, CountAppointments
from tests.unit.gateway import desk

MONDAY = date(2026, 11, 23)


@pytest.fixture
def books(world: Any) -> desk.FakeDesk:
    return desk.open_desk(world)


@pytest.mark.parametrize("role", ["agent", "supervisor", "helpdesk"])
@pytest.mark.parametrize("page", ["/console/", "/console/week/"])
def test_the_desk_sees_days_and_weeks(world: Any, books: Any, role: str, page: str) -> None:
    assert desk.member(world, role).get(page).status_code == 200


@pytest.mark.parametrize("page", ["/console/list", "/console/week/", "/console/appointments/x/"])
def test_who_plans_alone_sees_no_appointments(world: Any, books: Any, page: str) -> None:
    assert desk.member(world, "administrator").get(page).status_code == 403


def test_any_day_can_be_reached_step_by_step_or_at_once(world: Any, books: Any) -> None:
    agent = desk.member(world)
    page = agent.get("/console/").text
    assert "Today, Monday" in page
    assert "day=2026-11-22" in page
    assert "day=2026-11-24" in page
    assert "Tuesday 1 December 2026" in agent.get("/console/?day=2026-12-01").text.replace(",", "")
    assert _asked(world, ListAppointments).day == date(2026, 12, 1)


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30", "'; --"])
def test_what_is_no_day_is_today(world: Any, books: Any, day: str) -> None:
    assert "Today, Monday" in desk.member(world).get("/console/", query_string={"day": day}).text


@pytest.mark.parametrize(
    ("at", "link_is_there"),
    [
        (datetime(2026, 11, 23, 22, 50, tzinfo=UTC), True),  # in Luxembourg ten to midnight
        (datetime(2026, 11, 23, 23, 40, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 21, 50, tzinfo=UTC), False),
    ],
)
def test_whose_room_is_open_across_midnight_stands_on_the_list_of_both_days(
    world: Any, books: Any, at: datetime, link_is_there: bool
) -> None:
    midnight = datetime(2026, 11, 23, 23, tzinfo=UTC)
    desk.book(world)
    booked = world.booking.booked[desk.ID]
    moved = replace(booked, starts_at=midnight, ends_at=midnight + timedelta(minutes=20))
    world.booking.booked[desk.ID] = moved
    agent = desk.member(world)
    world.clock.set(at)
    assert (f"/console/appointments/{desk.ID}/" in agent.get("/console/list").text) is link_is_there


def test_the_list_of_one_agent_leaves_the_others_out(world: Any, books: Any) -> None:
    desk.book(world)
    agent = desk.member(world)
    link = f"/console/appointments/{desk.ID}/"
    assert link in agent.get("/console/?agent=agent-1").text
    page = agent.get("/console/?agent=agent-2").text
    assert link not in page
    assert '<option value="agent-1">Anna Demo' in page
    assert link not in agent.get("/console/list?agent=agent-2").text


def test_a_week_counts_appointments_by_agent_and_day(world: Any, books: Any) -> None:
    books.counted = tuple(
        AgentDay(day=date(2026, 11, day), agent_id=agent, agent_name=name, booked=booked)
        for day, agent, name, booked in ((23, "b", "Ben", 3), (25, "a", "Anna", 14), (25, "b", "Ben", 1))
    )
    page = desk.member(world).get("/console/week/?day=2026-11-26").text
    assert page.index("Anna") < page.index("Ben")
    assert "day=2026-11-25&amp;agent=a" in page
    totals = page.split("<tfoot>")[1]
    assert ">3<" in totals
    assert ">15<" in totals
    assert (_asked(world, CountAppointments).first, _asked(world, CountAppointments).last) == (
        MONDAY,
        date(2026, 11, 29),
    )


def test_an_empty_week_says_so(world: Any, books: Any) -> None:
    assert "no appointments in this week" in desk.member(world).get("/console/week/?day=2027-01-01").text


def _asked(world: Any, kind: type) -> Any:
    return [request for request in world.bus.asked if isinstance(request, kind)][-1]
