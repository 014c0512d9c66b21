"""The console: who may see it, who waits, and what can be done in a room."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway.blueprints.console.agenda import bounds, lines
from services.contracts.media import AdmitCitizen, EndCall, JoinRoom, LookAtRoom, ReopenCall
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import AGENT_ID, STARTS_AT, FakeRoom, appointment


def test_who_is_not_staff_is_led_to_the_log_in(world: World) -> None:
    for browser in (world.nobody(), world.citizen()):
        assert browser.get("/console/").location.startswith("/console/login")


def test_the_helpdesk_sees_the_list_and_enters_no_room(world: World) -> None:
    helpdesk = world.staff("helpdesk")
    assert "Léa Muster" in helpdesk.get("/console/").text
    assert helpdesk.get("/console/rooms/room-1").status_code == 403


def test_a_supervisor_sees_the_list_and_enters_no_room(world: World) -> None:
    supervisor = world.staff("supervisor")
    assert supervisor.get("/console/").status_code == 200
    assert supervisor.get("/console/rooms/room-1").status_code == 403


def test_the_list_shows_who_waits_and_how_he_is_identified(world: World) -> None:
    world.room.phase, world.room.waiting_since = "waiting", STARTS_AT - timedelta(minutes=3)
    page = world.agent().get("/console/").text
    own, others = page.split("Your colleagues")[0], page.split("Your colleagues")[1]
    assert "Léa Muster" in own
    assert "data-waiting" in own
    assert "since 15:17" in own
    assert "not identified" in own
    assert "Ben Demo" in others


def test_the_list_leads_to_moving_and_cancelling_until_the_consultation_has_ended(world: World) -> None:
    links = [f"/console/appointments/room-1/{change}" for change in ("move", "cancel")]
    world.room.phase = "admitted"
    page = world.agent().get("/console/").text
    assert all(link in page for link in links)
    world.room.phase = "documents"
    page = world.agent().get("/console/").text
    assert not any(link in page for link in links)


def test_the_list_alone_can_be_fetched_again(world: World) -> None:
    answer = world.agent().ask("/console/list")
    assert "<html" not in answer.text
    assert "Léa Muster" in answer.text


@pytest.mark.parametrize(
    ("phase", "here", "button"),
    [
        ("open", False, "Enter the room"),
        ("waiting", False, "Let the call begin"),
        ("waiting", True, "Let the call begin"),
        ("admitted", False, "Enter the room"),
        ("admitted", True, "Yes, end the call"),
        ("documents", True, "Open the call again"),
    ],
)
def test_each_phase_offers_what_can_be_done(world: World, phase: str, here: bool, button: str) -> None:
    world.room.phase, world.room.present = phase, (AGENT_ID,) if here else ()
    assert button in world.agent().get("/console/rooms/room-1").text
    assert world.bus.times(LookAtRoom) == 1
    assert world.bus.times(JoinRoom) == 0


@pytest.mark.parametrize(
    ("action", "request_made"),
    [("join", JoinRoom), ("admit", AdmitCitizen), ("end", EndCall), ("reopen", ReopenCall)],
)
def test_each_action_is_one_request_and_leads_back(world: World, action: str, request_made: type) -> None:
    answer = world.agent().post(f"/console/rooms/room-1/{action}")
    assert (answer.status_code, answer.location) == (303, "/console/rooms/room-1")
    assert world.bus.times(request_made) == 1


def test_who_waits_stands_first_among_those_at_the_same_time() -> None:
    room = FakeRoom()
    room.phase, room.waiting_since = "waiting", STARTS_AT
    status = room.list_rooms(None).rooms  # type: ignore[arg-type]
    other = appointment(appointment_id="room-2")
    shown = lines([other, appointment()], status, AGENT_ID)
    assert [line.appointment.appointment_id for line in shown] == ["room-1", "room-2"]


@pytest.mark.parametrize(("day", "hours"), [("2026-10-25", 25), ("2026-03-29", 23), ("2026-12-03", 24)])
def test_a_day_has_the_hours_of_luxembourg(day: str, hours: int) -> None:
    first, last = bounds(date.fromisoformat(day))
    assert last - first == timedelta(hours=hours)
