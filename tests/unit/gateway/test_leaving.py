"""Leaving for good: what it means, nothing but the way back afterwards, and staying after all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.contracts.rights import Leave, LeavingSpaces, Stay
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import NOW
from tests.unit.gateway.fake_rights import FakeRights

LEAVE, LEAVING = "/account/leave", "/account/leaving"


@pytest.fixture
def rights(world: Any) -> FakeRights:
    fake = FakeRights(world.credentials)
    world.bus.services.insert(0, fake)
    return fake


@pytest.fixture
def resident(rights: FakeRights, browser: Any) -> Any:
    journey.log_in(browser)
    return browser


@pytest.fixture
def leaver(resident: Any, browser: Any) -> Any:
    """Has asked to be erased, and logged in again."""
    resident.post(LEAVE)
    journey.log_in(browser)
    return browser


def test_the_account_leads_to_both_rights(resident: Any) -> None:
    assert "/account/data" in resident.get("/account").text
    page = resident.get("/account/data").text
    assert "/account/export" in page
    assert LEAVE in page


def test_what_leaving_means_is_said_before_it_is_done(world: Any, rights: FakeRights, resident: Any) -> None:
    rights.spaces = LeavingSpaces(handed_over_first=(), going_along=("Al<one",), left=("Shared",))
    page = resident.get(LEAVE).text
    for words in ("logged out everywhere", "Al&lt;one", "in which you are alone", "Shared", "After 30 days"):
        assert words in page
    assert world.bus.times(Leave) == 0


def test_the_only_administrator_hands_over_first(world: Any, rights: FakeRights, resident: Any) -> None:
    rights.spaces = LeavingSpaces(handed_over_first=("Company",), going_along=(), left=())
    page = resident.get(LEAVE).text
    assert "Company" in page
    assert "Yes, erase my account" not in page
    assert resident.post(LEAVE).status_code == 409
    assert world.bus.times(Leave) == 0


def test_nobody_leaves_without_a_log_in_of_the_last_minutes(world: Any, resident: Any) -> None:
    world.clock.set(NOW + timedelta(minutes=6))
    again = "/account/login-again?next=/account/leave"
    assert resident.get(LEAVE).location == again
    assert resident.post(LEAVE).location == again
    assert world.bus.times(Leave) == 0


def test_a_proof_that_identity_does_not_take_leads_to_a_new_one(world: Any, resident: Any) -> None:
    world.credentials.proofs_are_over()
    assert resident.post(LEAVE).location == "/account/login-again?next=/account/leave"
    assert resident.get(LEAVE).location == "/account/login-again?next=/account/leave"


def test_whoever_leaves_is_out_everywhere_at_once(world: Any, resident: Any) -> None:
    other = world.browser()
    journey.log_in(other)
    answer = resident.post(LEAVE)
    assert answer.location == "/login/ended?why=leaving"
    assert "is going to be erased" in resident.get(answer.location).text
    assert resident.get("/space").location.startswith("/login")
    assert other.get("/space").location.startswith("/login")


def test_a_log_in_in_the_grace_leads_to_the_way_back_alone(rights: FakeRights, browser: Any) -> None:
    journey.log_in(browser)
    browser.post(LEAVE)
    assert journey.log_in(browser, back="/space/data").location == LEAVING
    for path in ("/space", "/space/data", "/spaces", "/account", "/account/link", "/account/address"):
        assert browser.get(path).location == LEAVING, path
    assert "Stay: do not erase my account" in browser.get(LEAVING).text
    assert "Log out" in browser.get(LEAVING).text


def test_for_pages_without_a_log_in_whoever_leaves_is_nobody(leaver: Any) -> None:
    leaver.post("/book/login", {"way": "with"})
    assert "Léa Muster" not in leaver.get("/book/login").text.partition("</header>")[2]


def test_who_stays_finds_everything_and_a_second_click_does_no_harm(world: Any, leaver: Any) -> None:
    assert leaver.post("/account/stay").location == "/account"
    assert "Your account stays" in leaver.get("/account").text
    assert leaver.post("/account/stay").location == "/account"
    assert world.bus.times(Stay) == 1
    assert leaver.get(LEAVING).location == "/account"


def test_who_stays_by_another_browser_goes_on_here(world: Any, rights: FakeRights, leaver: Any) -> None:
    rights.stay(Stay(person_id="person-resident"))
    assert leaver.get(LEAVING).location == "/account"
    assert leaver.get("/account").status_code == 200


def test_a_session_that_did_not_notice_learns_it_from_the_account(
    world: Any, rights: FakeRights, resident: Any
) -> None:
    account = world.credentials.accounts["person-resident"]
    world.credentials.accounts["person-resident"] = replace(account, gone_at=NOW + timedelta(days=3))
    resident.get("/account")
    assert resident.get("/space").location == LEAVING


def test_once_it_is_over_the_page_says_so(rights: FakeRights, leaver: Any) -> None:
    rights.gone.add("person-resident")
    answer = leaver.get(LEAVING)
    assert answer.location == "/login/ended?why=gone"
    assert "has been erased" in leaver.get(answer.location).text


def test_it_is_too_late_to_stay_once_it_is_over(rights: FakeRights, leaver: Any) -> None:
    rights.gone.add("person-resident")
    assert leaver.post("/account/stay").location == "/login/ended?why=gone"


def test_who_has_never_registered_leaves_as_well(world: Any, rights: FakeRights, browser: Any) -> None:
    journey.log_in(browser, "newcomer")
    assert browser.get("/account/export").status_code == 200
    assert browser.post(LEAVE).location == "/login/ended?why=leaving"


def test_whoever_leaves_may_log_in_again_for_his_data(world: Any, leaver: Any) -> None:
    assert leaver.get("/account/export").status_code == 200
    world.clock.set(NOW + timedelta(minutes=6))
    assert leaver.get("/account/export").location == "/account/login-again?next=/account/export"
    assert leaver.get("/account/login-again?next=/account/export").status_code == 200


def test_staff_in_the_same_browser_goes_on_working(world: Any, leaver: Any) -> None:
    journey.log_in(leaver, "agent", "staff")
    assert leaver.get("/console/sessions").status_code == 200
    assert leaver.get("/space").location == LEAVING
