"""Calendars at the desk: nothing is made that was not shown, nobody overwrites what he has not seen."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.contracts.calendars import CHOICE, ApplyChange, ChangeMade, PreviewChange
from services.contracts.errors import ChangeTooLarge, InvalidField, NotFound
from tests.unit.gateway import desk, planning
from tests.unit.gateway.planning import ANNA, CALENDAR, FakePlanning, hurt
from tests.unit.gateway.planning import plan as plan  # a fixture
from tests.unit.gateway.planning import planner as planner  # a fixture

OVERVIEW = "/console/calendars/"
ABSENT = "/console/calendars/agent/agent-anna/absence"
TODAY = {"first": "2026-11-23", "first_time": "", "last": "2026-11-23", "last_time": ""}
HOURS = {f"day_{n}": ", ".join(windows) for n, windows in enumerate(planning.OFFICE)}
CALENDAR_FORM = {
    "zone": "Europe/Luxembourg",
    "minutes": "20",
    "pause_minutes": "5",
    "notice_minutes": "60",
    "horizon_days": "42",
    "closures": "24.12.2026\n2026-12-31",
    "holidays_of": "lu",
    **HOURS,
}
AGENT_FORM = {"name": "Anna Demo", "calendar": "cns", "languages": ["fr", "lb"], "active": "yes"}


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(key|revision|digest)" value="([^"]*)"', page))


def _seen(page: str) -> str:
    return re.findall(r'name="seen" value="([^"]*)"', page)[0]


def _apply(planner: Any) -> Any:
    return planner.post("/console/calendars/apply", _hidden(planner.get("/console/calendars/preview").text))


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("administrator", 200), ("agent", 403)])
@pytest.mark.parametrize(
    "page", [OVERVIEW, ABSENT, "/console/calendars/kind/", "/console/calendars/agent/agent-anna"]
)
def test_who_plans_sees_calendars(world: Any, plan: FakePlanning, role: str, status: int, page: str) -> None:
    assert desk.member(world, role).get(page).status_code == status


@pytest.mark.parametrize("page", ["apply", "drop", "agent/", "agent/agent-anna", "absences/absence-1/end"])
def test_who_does_not_plan_changes_nothing(world: Any, plan: FakePlanning, page: str) -> None:
    assert desk.member(world, "agent").post(f"/console/calendars/{page}").status_code == 403
    assert world.bus.times(PreviewChange) == 0


def test_an_administrator_is_led_to_the_calendars(world: Any, plan: FakePlanning) -> None:
    assert desk.member(world, "administrator").get("/console/").location == OVERVIEW


def test_the_overview_shows_everything_that_can_be_booked(plan: FakePlanning, planner: Any) -> None:
    made = datetime(2026, 11, 22, tzinfo=UTC)
    plan.catalogue = replace(plan.catalogue, absences=(planning.ABSENCE,))
    plan.changes = (
        ChangeMade(
            revision=7,
            at=made,
            actor="agent-ben",
            what="absence",
            code="agent-anna",
            reassigned=3,
            displaced=1,
        ),
    )
    page = planner.get(OVERVIEW).text
    for words in (
        "Anna Demo",
        "takes no appointments",
        "Monday–Friday: 08:30-11:30, 13:00-16:00",
        "closed days: 1",
    ):
        assert words in page
    assert "/absences/absence-1/end" in page
    assert "Taken over by colleagues: 3. Asked to choose: 1." in page
    assert page.index("Anna Demo") < page.index("Luxembourgish")


# --- absence ----------------------------------------------------------------------


def test_an_absence_lists_each_appointment_and_is_made_by_one_click(
    world: Any, plan: FakePlanning, planner: Any
) -> None:
    plan.hurt = (hurt(), hurt(CHOICE, "", number=2))
    assert planner.post(ABSENT, TODAY).location == "/console/calendars/preview"
    page = planner.get("/console/calendars/preview").text
    assert "taken over by Ben Demo" in page
    assert "the citizen is asked to choose" in page
    assert "/console/appointments/appointment-2/" in page
    assert world.bus.times(ApplyChange) == 0
    assert _apply(planner).location == OVERVIEW
    (applied,) = plan.applied
    assert applied.change.absence is not None
    assert applied.change.absence.starts_at == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert applied.change.absence.until == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert applied.actor == "person-supervisor"
    assert "Taken over by colleagues: 1. Asked to choose: 1." in planner.get(OVERVIEW).text


def test_an_absence_of_some_hours_has_them_on_the_clocks_of_the_calendar(
    plan: FakePlanning, planner: Any
) -> None:
    planner.post(ABSENT, {**TODAY, "first_time": "13:00", "last_time": "16:00"})
    _apply(planner)
    absence = plan.applied[0].change.absence
    assert absence is not None
    assert absence.starts_at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert absence.until - absence.starts_at == timedelta(hours=3)


def test_a_second_click_makes_no_second_change(plan: FakePlanning, planner: Any) -> None:
    planner.post(ABSENT, TODAY)
    form = _hidden(planner.get("/console/calendars/preview").text)
    for _click in range(2):
        assert planner.post("/console/calendars/apply", form).location == OVERVIEW
    assert len(plan.applied) == 1


def test_a_page_of_an_earlier_change_applies_nothing(plan: FakePlanning, planner: Any) -> None:
    planner.post(ABSENT, TODAY)
    earlier = _hidden(planner.get("/console/calendars/preview").text)
    planner.post(ABSENT, {**TODAY, "last": "2026-11-24"})
    planner.post("/console/calendars/apply", earlier)
    assert plan.applied == []


def test_appointments_that_came_meanwhile_are_shown_before_anything_is_made(
    plan: FakePlanning, planner: Any
) -> None:
    planner.post(ABSENT, TODAY)
    form = _hidden(planner.get("/console/calendars/preview").text)
    plan.hurt = (hurt(CHOICE, ""),)
    assert planner.post("/console/calendars/apply", form).location == "/console/calendars/preview"
    page = planner.get("/console/calendars/preview").text
    assert "appointments concerned have changed" in page
    assert "the citizen is asked to choose" in page
    _apply(planner)
    assert len(plan.applied) == 1


def test_another_change_that_came_between_is_told(plan: FakePlanning, planner: Any) -> None:
    planner.post(ABSENT, TODAY)
    form = _hidden(planner.get("/console/calendars/preview").text)
    plan.catalogue = replace(plan.catalogue, revision=8)
    planner.post("/console/calendars/apply", form)
    assert "has changed in the meantime" in planner.get("/console/calendars/preview").text
    assert plan.applied == []


@pytest.mark.parametrize(
    ("fault", "words"), [(ChangeTooLarge("2000"), "more than 2000"), (NotFound("absence"), "does not exist")]
)
def test_a_change_that_cannot_be_shown_is_given_up(
    world: Any, plan: FakePlanning, planner: Any, fault: Exception, words: str
) -> None:
    planner.post(ABSENT, TODAY)
    world.bus.fault_of["preview_change"] = fault
    assert planner.get("/console/calendars/preview").location == OVERVIEW
    assert words in planner.get(OVERVIEW).text
    assert planner.get("/console/calendars/preview").location == OVERVIEW


def test_a_change_can_be_dropped(plan: FakePlanning, planner: Any) -> None:
    planner.post(ABSENT, TODAY)
    assert planner.post("/console/calendars/drop").location == OVERVIEW
    assert "Nothing was changed" in planner.get(OVERVIEW).text
    assert planner.get("/console/calendars/preview").location == OVERVIEW


@pytest.mark.parametrize(
    "typed",
    [
        {"first": ""},
        {"first": "tomorrow"},
        {"last": "2026-02-30"},
        {"last_time": "25:00"},
        {"last": "9999-12-31"},
    ],
)
def test_what_is_no_day_is_said_at_the_field(plan: FakePlanning, planner: Any, typed: dict[str, str]) -> None:
    refused = planner.post(ABSENT, {**TODAY, **typed})
    assert refused.status_code == 422
    assert "govuk-error-message" in refused.text


def test_an_end_before_the_beginning_is_said_at_the_end(plan: FakePlanning, planner: Any) -> None:
    plan.fault = InvalidField("change.absence.until", "range")
    refused = planner.post(ABSENT, TODAY)
    assert refused.status_code == 422
    assert 'id="last-error"' in refused.text


def test_an_absence_is_ended_after_looking(plan: FakePlanning, planner: Any) -> None:
    plan.catalogue = replace(plan.catalogue, absences=(planning.ABSENCE,))
    assert planner.post("/console/calendars/absences/absence-1/end").location == "/console/calendars/preview"
    assert "Anna Demo" in planner.get("/console/calendars/preview").text
    _apply(planner)
    assert plan.applied[0].change.end_absence == "absence-1"


def test_nobody_is_absent_who_is_no_agent(planner: Any) -> None:
    assert planner.get("/console/calendars/agent/nobody/absence").status_code == 404


# --- entries ----------------------------------------------------------------------


def test_an_entry_is_changed_after_looking(plan: FakePlanning, planner: Any) -> None:
    address = "/console/calendars/calendar/cns"
    page = planner.get(address).text
    assert "24.12.2026" in page
    assert "08:30-11:30, 13:00-16:00" in page
    answer = planner.post(address, {**CALENDAR_FORM, "seen": _seen(page), "day_5": "9:00 – 12:00"})
    assert answer.location == "/console/calendars/preview"
    assert "No appointment is concerned" in planner.get(answer.location).text
    _apply(planner)
    changed = plan.applied[0].change.calendar
    closures = (date(2026, 12, 24), date(2026, 12, 31))
    hours = (*planning.OFFICE[:5], ("09:00-12:00",), ())
    assert changed == replace(CALENDAR, pause_minutes=5, closures=closures, hours=hours)


def test_an_entry_that_somebody_else_changed_is_shown_first(plan: FakePlanning, planner: Any) -> None:
    seen = _seen(planner.get("/console/calendars/agent/agent-anna").text)
    plan.catalogue = replace(plan.catalogue, agents=(replace(ANNA, name="Anna Neu"), planning.BEN))
    refused = planner.post("/console/calendars/agent/agent-anna", {**AGENT_FORM, "seen": seen})
    assert refused.status_code == 409
    assert "Anna Neu" in refused.text
    assert planner.get("/console/calendars/preview").location == OVERVIEW


def test_an_agent_keeps_the_hours_of_the_calendar_or_has_own_ones(plan: FakePlanning, planner: Any) -> None:
    for own, hours in (("", None), ("yes", planning.OFFICE)):
        seen = _seen(planner.get("/console/calendars/agent/agent-anna").text)
        form = {**AGENT_FORM, **HOURS, "own_hours": own, "seen": seen}
        planner.post("/console/calendars/agent/agent-anna", form)
        _apply(planner)
        changed = plan.applied[-1].change.agent
        assert changed == replace(ANNA, hours=hours)


def test_a_new_entry_takes_no_name_that_is_there(plan: FakePlanning, planner: Any) -> None:
    refused = planner.post("/console/calendars/agent/", {**AGENT_FORM, "agent_id": "agent-ben"})
    assert refused.status_code == 422
    assert "There is one of this name already" in refused.text
    planner.post("/console/calendars/agent/", {**AGENT_FORM, "agent_id": "agent-zoe", "name": "Zoé Demo"})
    _apply(planner)
    added = plan.applied[0].change.agent
    assert added is not None
    assert (added.agent_id, added.name, added.active) == ("agent-zoe", "Zoé Demo", True)


@pytest.mark.parametrize(
    "wrong",
    [{"minutes": "-1"}, {"minutes": "1e3"}, {"horizon_days": ""}, {"closures": "Christmas"}, {"zone": ""}],
)
def test_what_cannot_be_read_is_said_at_the_field(
    world: Any, plan: FakePlanning, planner: Any, wrong: dict[str, str]
) -> None:
    seen = _seen(planner.get("/console/calendars/calendar/cns").text)
    refused = planner.post("/console/calendars/calendar/cns", {**CALENDAR_FORM, **wrong, "seen": seen})
    assert refused.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in refused.text
    assert world.bus.times(PreviewChange) == 0


@pytest.mark.parametrize(
    ("fault", "rule", "field", "words"),
    [
        ("change.calendar.hours", "overlap", "day_0", "Two working times overlap"),
        ("change.calendar.minutes", "range", "minutes", "This value is not possible"),
        ("change.calendar.zone", "choice", "zone", "Choose one of the possibilities"),
    ],
)
def test_what_the_service_refuses_is_said_at_the_field(
    plan: FakePlanning, planner: Any, fault: str, rule: str, field: str, words: str
) -> None:
    seen = _seen(planner.get("/console/calendars/calendar/cns").text)
    plan.fault = InvalidField(fault, rule)
    refused = planner.post("/console/calendars/calendar/cns", {**CALENDAR_FORM, "seen": seen})
    assert refused.status_code == 422
    assert words in refused.text
    assert f'id="{field}-error"' in refused.text


@pytest.mark.parametrize("page", ["calendar/nothing", "agent/nothing", "invoice/", "absences/"])
def test_what_there_is_not_is_not_found(planner: Any, page: str) -> None:
    assert planner.get(f"/console/calendars/{page}").status_code == 404


# --- appointments without an agent ---------------------------------------------------


def test_who_has_not_chosen_anew_can_be_called(world: Any, plan: FakePlanning) -> None:
    desk.book(world)
    plan.displaced = (replace(world.booking.booked[desk.ID], displaced=True),)
    page = desk.member(world, "helpdesk").get("/console/displaced/").text
    for words in ('href="tel:+352621123456"', f"/console/appointments/{desk.ID}/move", "Léa Muster"):
        assert words in page
    assert desk.member(world, "administrator").get("/console/displaced/").status_code == 403


def test_none_without_an_agent_is_good_news(world: Any, plan: FakePlanning) -> None:
    assert "every appointment has its agent" in desk.member(world).get("/console/displaced/").text
