"""Moving and cancelling: looking asks, posting acts, and only whom the appointment concerns may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.contracts.booking import CancelAppointment, MoveAppointment
from tests.unit.gateway import journey

ID = "appointment-1"
NINE, TWO = "2026-11-23T09:00:00+00:00", "2026-11-23T14:00:00+00:00"
PLACES = ["/appointment", f"/space/appointments/{ID}", f"/console/appointments/{ID}"]


@pytest.fixture
def owner(world: Any) -> Any:
    """Has booked 10:00 (UTC), logged in, and is an agent as well."""
    browser = world.browser()
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    journey.log_in(browser, "agent", audience="staff")
    return browser


@pytest.mark.parametrize("place", PLACES)
def test_moving_asks_first_and_keeps_the_appointment(world: Any, owner: Any, place: str) -> None:
    assert 'value="2026-11-23T14:00:00+00:00"' in owner.get(f"{place}/move").text
    page = owner.get(f"{place}/move", query_string={"starts_at": TWO}).text
    assert "Move to this time?" in page
    assert "15:00" in page
    assert world.bus.times(MoveAppointment) == 0
    for _click in range(2):
        assert owner.post(f"{place}/move", {"starts_at": TWO}).location == f"{place}/changed"
    moved = world.booking.booked[ID]
    assert (moved.starts_at.isoformat(), moved.version) == (TWO, 2)
    assert "The appointment is on Monday, 23 November 2026, 15:00" in owner.get(f"{place}/changed").text


@pytest.mark.parametrize("place", PLACES)
def test_cancelling_asks_first_and_a_second_click_does_no_harm(world: Any, owner: Any, place: str) -> None:
    assert "Yes, cancel it" in owner.get(f"{place}/cancel").text
    assert world.bus.times(CancelAppointment) == 0
    for _click in range(2):
        assert owner.post(f"{place}/cancel").location == f"{place}/changed"
    assert world.booking.booked[ID].state == "cancelled"
    assert "The appointment is cancelled" in owner.get(f"{place}/changed").text
    for page in ("move", "cancel"):
        assert owner.get(f"{place}/{page}").location == f"{place}/changed"


def test_the_actor_is_the_citizen_or_the_member_of_staff(world: Any, owner: Any) -> None:
    owner.post("/appointment/move", {"starts_at": TWO})
    owner.post(f"/console/appointments/{ID}/move", {"starts_at": NINE})
    actors = [request.actor for request in world.bus.asked if isinstance(request, MoveAppointment)]
    assert actors == ["citizen", "person-agent"]


@pytest.mark.parametrize("place", PLACES[:2])
@pytest.mark.parametrize("phase", ["waiting", "admitted"])
def test_who_has_joined_is_told_that_only_staff_can(world: Any, owner: Any, place: str, phase: str) -> None:
    world.bus.media.phase = phase
    for page in ("move", "cancel"):
        assert "only the staff of CNS can change it" in owner.get(f"{place}/{page}").text
    assert "Choose another time" in owner.get(f"/console/appointments/{ID}/move").text


@pytest.mark.parametrize("place", PLACES[:2])
def test_from_the_start_on_the_citizen_can_change_nothing(world: Any, owner: Any, place: str) -> None:
    world.clock.set(world.booking.booked[ID].starts_at)
    assert "can no longer be moved" in owner.get(f"{place}/move").text
    for page, form in (("move", {"starts_at": TWO}), ("cancel", {})):
        refused = owner.post(f"{place}/{page}", form)
        assert refused.status_code == 409
        assert "only the staff of CNS can change it" in refused.text
    assert world.booking.booked[ID].version == 1


@pytest.mark.parametrize("place", PLACES)
def test_the_own_time_is_nothing_to_move_to(world: Any, owner: Any, place: str) -> None:
    """Though a colleague is free then, too."""
    world.booking.taken.clear()
    world.clock.set(world.booking.booked[ID].starts_at - timedelta(minutes=30))
    page = owner.get(f"{place}/move").text
    own = world.booking.booked[ID].starts_at.isoformat()
    assert f'value="{own}"' not in page
    card = page.partition("The next free time")[2].partition("</section>")[0]
    assert TWO in card


def test_part_of_day_and_week_stay_when_another_time_is_chosen_after_all(owner: Any) -> None:
    query = {"starts_at": "2026-12-02T14:00:00+00:00", "part": "afternoon"}
    page = owner.get("/appointment/move", query_string=query).text
    assert 'href="/appointment/move?part=afternoon&amp;week=2026-12-02"' in page


def test_a_time_that_somebody_else_took_is_told_and_others_offered(world: Any, owner: Any) -> None:
    world.booking.taken.add(world.booking.booked[ID].starts_at.replace(hour=14))
    refused = owner.post("/appointment/move", {"starts_at": TWO})
    assert refused.status_code == 409
    assert "Somebody else has just taken this time" in refused.text
    assert f'value="{NINE}"' in refused.text


@pytest.mark.parametrize("time", ["", "tomorrow", "2026-11-23T14:00:00", "9999-12-31T23:59:59-14:00"])
def test_what_is_no_time_is_refused(world: Any, owner: Any, time: str) -> None:
    refused = owner.post("/appointment/move", {"starts_at": time})
    assert refused.status_code == 422
    assert world.bus.times(MoveAppointment) == 0


def test_only_whom_it_concerns_finds_the_pages(world: Any, owner: Any) -> None:
    stranger, nobody = world.browser(), world.browser()
    journey.log_in(stranger, "stranger")
    for page in ("move", "cancel", "changed"):
        assert stranger.get(f"{PLACES[1]}/{page}").status_code == 404
        assert stranger.get(f"{PLACES[2]}/{page}").location.startswith("/console/login")
        assert nobody.get(f"{PLACES[0]}/{page}").location == "/link"
    assert stranger.post(f"{PLACES[1]}/cancel").status_code == 404
    assert nobody.post(f"{PLACES[0]}/cancel").location == "/link"
    assert world.booking.booked[ID].state == "booked"


def test_a_page_from_elsewhere_cannot_cancel(world: Any, owner: Any) -> None:
    answer = owner.client.post("/appointment/cancel", base_url="https://localhost")
    assert answer.status_code in (400, 403)
    assert world.bus.times(CancelAppointment) == 0


def test_the_private_space_leads_to_both(world: Any, owner: Any) -> None:
    page = owner.get("/space").text
    assert f"/space/appointments/{ID}/move" in page
    assert f"/space/appointments/{ID}/cancel" in page
    world.clock.set(world.booking.booked[ID].starts_at)
    assert f"/space/appointments/{ID}/move" not in owner.get("/space").text
