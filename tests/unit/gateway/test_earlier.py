"""The waiting list: looking asks nothing, posting acts once, and only whom the appointment concerns may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts.booking import MoveAppointment
from services.contracts.earlier import (
    ENDED,
    OFFERED,
    WAITING,
    AcceptEarlier,
    AskForEarlier,
    DeclineEarlier,
    EarlierOffer,
    EarlierWish,
    StopAskingForEarlier,
)
from services.contracts.errors import (
    AppointmentStarted,
    HoldExpired,
    InvalidField,
    NotFound,
    ServiceUnavailable,
)
from tests.unit.gateway import journey

ID = "appointment-1"
PLACES = ["/appointment", f"/space/appointments/{ID}"]
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""A Tuesday, 10:00 in Luxembourg."""
FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)
THURSDAY = "2026-11-26"
CHANGES = (AskForEarlier, AcceptEarlier, DeclineEarlier, StopAskingForEarlier)


@pytest.fixture
def owner(world: Any) -> Any:
    """Has booked Friday 11:00 in Luxembourg, logged in; nothing earlier is free."""
    browser = world.browser()
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    world.booking.move_appointment(MoveAppointment(appointment_id=ID, starts_at=FRIDAY, actor="citizen"))
    days = [NINE.replace(day=day, hour=hour) for day in range(23, 28) for hour in (9, 10, 14)]
    world.booking.taken |= set(days)
    return browser


def _wish(world: Any, state: str, left: int = 2, offer: EarlierOffer | None = None) -> None:
    world.booking.wishes[ID] = EarlierWish(
        appointment_id=ID, state=state, not_before=None, offers_left=left, offer=offer
    )


@pytest.fixture
def offer(world: Any, owner: Any) -> EarlierOffer:
    offer = EarlierOffer(
        offer_id="offer-1",
        starts_at=NINE,
        ends_at=NINE + timedelta(minutes=20),
        answer_until=world.clock.now() + timedelta(minutes=30),
    )
    _wish(world, OFFERED, offer=offer)
    return offer


@pytest.mark.parametrize("place", PLACES)
def test_looking_changes_nothing_and_asking_twice_is_asking_once(world: Any, owner: Any, place: str) -> None:
    page = owner.get(f"{place}/earlier").text
    assert "Would you like an earlier time?" in page
    assert "Tell me when an earlier time becomes free" in page
    assert not any(world.bus.times(change) for change in CHANGES)
    for _click in range(2):
        assert owner.post(f"{place}/earlier").location == f"{place}/earlier"
    assert "You are on the waiting list" in owner.get(f"{place}/earlier").text
    assert world.booking.wishes[ID].state == WAITING


def test_not_before_is_the_begin_of_that_day_in_luxembourg(world: Any, owner: Any) -> None:
    owner.post("/appointment/earlier", {"not_before": THURSDAY})
    assert world.booking.wishes[ID].not_before == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert f'<option value="{THURSDAY}" selected>' in owner.get("/appointment/earlier").text


@pytest.mark.parametrize("odd", ["2026-11-28", "2026-11-23", "2020-01-01", "soon", "\u0660", "9" * 500])
def test_a_day_that_was_not_in_the_list_is_any_day(world: Any, owner: Any, odd: str) -> None:
    owner.post("/appointment/earlier", {"not_before": odd})
    assert world.booking.wishes[ID].not_before is None


def test_the_days_go_from_tomorrow_to_the_appointments_own(world: Any, owner: Any) -> None:
    page = owner.get("/appointment/earlier").text
    days = [f"2026-11-{day}" for day in range(23, 29) if f'<option value="2026-11-{day}"' in page]
    assert days == ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]


@pytest.mark.parametrize("place", PLACES)
def test_an_offer_shows_both_times_and_the_time_left(
    world: Any, owner: Any, offer: EarlierOffer, place: str
) -> None:
    page = owner.get(f"{place}/earlier").text
    assert "Tuesday, 24 November 2026, 10:00" in page
    assert "Friday, 27 November 2026, 11:00" in page
    assert "Held for you until 08:30" in page
    assert f'data-countdown-until="{offer.answer_until.isoformat()}"' in page


@pytest.mark.parametrize("place", PLACES)
def test_an_accepted_offer_moves_the_appointment_and_the_second_click_finds_it_moved(
    world: Any, owner: Any, offer: EarlierOffer, place: str
) -> None:
    for _click in range(2):
        answer = owner.post(f"{place}/earlier/accept", {"offer_id": "offer-1"})
        assert answer.location == f"{place}/changed"
    moved = world.booking.booked[ID]
    assert (moved.starts_at, moved.version) == (NINE, 3)
    assert "The appointment is on Tuesday" in owner.get(f"{place}/changed").text


@pytest.mark.parametrize("place", PLACES)
def test_a_declined_offer_is_gone_and_the_wish_goes_on(
    world: Any, owner: Any, offer: EarlierOffer, place: str
) -> None:
    for _click in range(2):
        answer = owner.post(f"{place}/earlier/decline", {"offer_id": "offer-1"})
        assert answer.location == f"{place}/earlier"
    page = owner.get(f"{place}/earlier").text
    assert "the time goes to somebody else" in page
    assert "You are on the waiting list" in page
    assert "2 more times are offered to you at most" in page


def test_declining_what_was_accepted_on_another_device_says_nothing_false(
    world: Any, owner: Any, offer: EarlierOffer
) -> None:
    owner.post("/appointment/earlier/accept", {"offer_id": "offer-1"})
    owner.post("/appointment/earlier/decline", {"offer_id": "offer-1"})
    page = owner.get("/appointment/earlier").text
    assert "somebody else" not in page
    assert "Now: Tuesday, 24 November 2026, 10:00" in page


def test_an_offer_that_is_over_says_so_and_the_appointment_stands(
    world: Any, owner: Any, offer: EarlierOffer
) -> None:
    _wish(world, WAITING)
    answer = owner.post("/appointment/earlier/accept", {"offer_id": "offer-1"})
    assert answer.location == "/appointment/earlier"
    assert "no longer held for you" in owner.get("/appointment/earlier").text
    assert world.booking.booked[ID].starts_at == FRIDAY


@pytest.mark.parametrize("place", PLACES)
def test_who_does_not_want_to_wait_leaves_the_list(world: Any, owner: Any, place: str) -> None:
    owner.post(f"{place}/earlier")
    for _click in range(2):
        assert owner.post(f"{place}/earlier/stop").location == f"{place}/earlier"
    assert ID not in world.booking.wishes
    assert "no longer on the waiting list" in owner.get(f"{place}/earlier").text


def test_after_three_offers_one_may_ask_again(world: Any, owner: Any) -> None:
    _wish(world, ENDED, left=0)
    page = owner.get("/appointment/earlier").text
    assert "none suited you" in page
    assert "Tell me when an earlier time becomes free" in page


def test_an_earlier_time_that_is_free_already_is_named(world: Any, owner: Any) -> None:
    assert "free right now" not in owner.get("/appointment/earlier").text
    world.booking.taken.discard(NINE)
    page = owner.get("/appointment/earlier").text
    assert "An earlier time is free right now: Tuesday" in page
    assert 'href="/appointment/move"' in page


def test_the_last_offer_says_that_it_is_the_last(world: Any, owner: Any, offer: EarlierOffer) -> None:
    _wish(world, OFFERED, left=0, offer=offer)
    assert "This is the last time that we offer you" in owner.get("/appointment/earlier").text


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("phase", ["waiting", "admitted"])
def test_who_has_joined_is_told_that_it_is_too_late(world: Any, owner: Any, place: str, phase: str) -> None:
    world.bus.media.phase = phase
    assert "too late for an earlier time" in owner.get(f"{place}/earlier").text
    assert "too late for an earlier time" in owner.post(f"{place}/earlier").text
    assert not any(world.bus.times(change) for change in CHANGES)


@pytest.mark.parametrize(
    ("path", "method"), [("", "ask_for_earlier"), ("/accept", "accept_earlier")], ids=["ask", "accept"]
)
def test_what_begins_or_is_cancelled_between_two_clicks_is_told(
    world: Any, owner: Any, path: str, method: str
) -> None:
    world.bus.fault_of[method] = AppointmentStarted()
    late = owner.post(f"/appointment/earlier{path}")
    assert late.status_code == 409
    assert "too late for an earlier time" in late.text
    world.bus.fault_of[method] = NotFound("appointment")
    assert owner.post(f"/appointment/earlier{path}").location == "/appointment/changed"


def test_a_day_that_booking_refuses_is_marked(world: Any, owner: Any) -> None:
    world.bus.fault_of["ask_for_earlier"] = InvalidField("not_before", "range")
    refused = owner.post("/appointment/earlier", {"not_before": THURSDAY})
    assert refused.status_code == 422
    assert "This value is not possible." in refused.text


def test_a_cancelled_appointment_leads_to_what_it_is(world: Any, owner: Any) -> None:
    owner.post("/appointment/cancel")
    assert owner.get("/appointment/earlier").location == "/appointment/changed"


def test_a_strangers_appointment_does_not_exist(world: Any, owner: Any) -> None:
    stranger = world.browser()
    journey.log_in(stranger, "other")
    assert stranger.get(f"{PLACES[1]}/earlier").status_code == 404
    assert stranger.post(f"{PLACES[1]}/earlier").status_code == 404
    assert stranger.get("/appointment/earlier").location == "/link"
    assert ID not in world.booking.wishes


@pytest.mark.parametrize("page", ["/appointment", "/space", "/book/done"])
def test_every_page_of_an_appointment_leads_to_the_waiting_list(world: Any, owner: Any, page: str) -> None:
    assert "Tell me when an earlier time becomes free" in owner.get(page).text
    _wish(world, WAITING)
    assert "You are on the waiting list for an earlier time" in owner.get(page).text


@pytest.mark.parametrize("page", ["/appointment", "/space"])
def test_an_offer_is_shown_where_the_mail_leads(
    world: Any, owner: Any, offer: EarlierOffer, page: str
) -> None:
    assert "Accept or decline" in owner.get(page).text


@pytest.mark.parametrize("page", ["/appointment", "/space", "/book/done"])
def test_an_appointment_is_shown_though_the_list_is_away(world: Any, owner: Any, page: str) -> None:
    world.bus.fault_of["get_earlier_wish"] = ServiceUnavailable("booking")
    shown = owner.get(page)
    assert shown.status_code == 200
    assert "earlier time" not in shown.text


def test_an_offer_that_is_gone_is_refused_whatever_was_sent(world: Any, owner: Any) -> None:
    for odd in ("", "x" * 5_000, "\u0000"):
        world.bus.fault_of["accept_earlier"] = HoldExpired()
        assert owner.post("/appointment/earlier/accept", {"offer_id": odd}).location == "/appointment/earlier"
