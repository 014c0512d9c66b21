"""The personal link: opens one room for whom it is meant, changes nothing, and can be revoked."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sessions import GRACE_SECONDS, IDLE_SECONDS, RedisSessions, SealedStore
from services.chassis.links import mint
from services.contracts.booking import GetAppointment
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import LINK_KEY


@pytest.fixture
def appointment_id(world: Any) -> str:
    """Booked by somebody who had logged in."""
    booker = world.browser()
    journey.as_far_as_review(booker)
    booker.post("/book/review")
    return "appointment-1"


def _anonymous(world: Any, appointment_id: str) -> None:
    from dataclasses import replace

    world.booking.booked[appointment_id] = replace(world.booking.booked[appointment_id], person_id="")


def test_a_genuine_link_leads_to_a_clean_address(world: Any, browser: Any, appointment_id: str) -> None:
    _anonymous(world, appointment_id)
    answer = browser.get(f"/l/{mint(LINK_KEY, appointment_id, 'citizen', 1)}")
    assert answer.status_code == 303
    assert answer.location == "/appointment"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_opening_a_link_only_asks(world: Any, browser: Any, appointment_id: str) -> None:
    _anonymous(world, appointment_id)
    world.bus.asked.clear()
    browser.get(f"/l/{mint(LINK_KEY, appointment_id, 'citizen', 1)}")
    assert {type(request) for request in world.bus.asked} == {GetAppointment}


@pytest.mark.parametrize(
    "token",
    [
        mint(bytes(32), "appointment-1", "citizen", 1),
        mint(LINK_KEY, "appointment-1", "citizen", 2),
        mint(LINK_KEY, "appointment-9", "citizen", 1),
        "x",
        "é",
        "a" * 600,
    ],
)
def test_a_forged_revoked_or_foreign_link_says_so(
    world: Any, browser: Any, appointment_id: str, token: str
) -> None:
    _anonymous(world, appointment_id)
    page = browser.get(f"/l/{token}")
    assert page.status_code == 404
    assert "This link does not work" in page.text


def test_booked_with_a_log_in_the_link_asks_for_one_first(browser: Any, appointment_id: str) -> None:
    token = mint(LINK_KEY, appointment_id, "citizen", 1)
    assert browser.get(f"/l/{token}").location == f"/login?next=/l/{token}"
    assert journey.log_in(browser, back=f"/l/{token}").location == f"/l/{token}"
    assert browser.get(f"/l/{token}").location == "/appointment"


def test_somebody_else_who_logs_in_is_shown_nothing(browser: Any, appointment_id: str) -> None:
    journey.log_in(browser, "stranger")
    page = browser.get(f"/l/{mint(LINK_KEY, appointment_id, 'citizen', 1)}")
    assert page.status_code == 404
    assert "Muster" not in page.text.replace("Léa Muster</span>", "")


def test_the_private_space_lets_its_owner_in_and_nobody_else(world: Any, appointment_id: str) -> None:
    owner, stranger = world.browser(), world.browser()
    journey.log_in(owner)
    journey.log_in(stranger, "stranger")
    assert owner.post(f"/space/appointments/{appointment_id}").location == "/appointment"
    assert stranger.post(f"/space/appointments/{appointment_id}").status_code == 404


def _sid(browser: Any) -> str:
    return str(browser.client.get_cookie("__Host-sid").value)


def _with_sid(world: Any, sid: str) -> Any:
    other = world.browser()
    other.client.set_cookie("__Host-sid", sid, domain="localhost")
    return other


def test_a_link_changes_the_sessions_id_and_the_old_one_opens_no_room(
    world: Any, browser: Any, appointment_id: str
) -> None:
    _anonymous(world, appointment_id)
    journey.consent(browser)
    before = _sid(browser)
    browser.get(f"/l/{mint(LINK_KEY, appointment_id, 'citizen', 1)}")
    assert _sid(browser) != before
    assert _with_sid(world, before).get("/appointment").location == "/link"


def test_the_same_link_opened_once_more_changes_nothing(
    world: Any, browser: Any, appointment_id: str
) -> None:
    _anonymous(world, appointment_id)
    link = f"/l/{mint(LINK_KEY, appointment_id, 'citizen', 1)}"
    browser.get(link)
    before = _sid(browser)
    browser.get(link)
    assert _sid(browser) == before


def test_a_link_opened_twice_at_once_costs_nobody_his_session(
    world: Any, browser: Any, appointment_id: str
) -> None:
    """The second request was sent with the old id, and may be the one whose answer counts."""
    _anonymous(world, appointment_id)
    journey.consent(browser)
    link = f"/l/{mint(LINK_KEY, appointment_id, 'citizen', 1)}"
    second = _with_sid(world, _sid(browser))
    browser.get(link)
    assert second.get(link).location == "/appointment"
    assert second.get("/book/").location == "/book/subject"


def test_the_grace_of_an_old_id_is_short(world: Any, browser: Any, appointment_id: str) -> None:
    wall = [100_000.0]
    store = SealedStore(world.redis, "session", IDLE_SECONDS)
    world.app.session_interface = RedisSessions(store, "__Host-sid", lambda: wall[0])
    _anonymous(world, appointment_id)
    journey.consent(browser)
    old = _with_sid(world, _sid(browser))
    browser.get(f"/l/{mint(LINK_KEY, appointment_id, 'citizen', 1)}")
    wall[0] += GRACE_SECONDS - 1
    assert old.get("/book/").location == "/book/subject"
    wall[0] += 1
    assert old.get("/book/").location == "/book/login"
    assert browser.get("/book/").location == "/book/subject"
