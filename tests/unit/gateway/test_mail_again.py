"""The confirmation sent again: from each place, once for two clicks, and not without end."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.contracts.notify import SendAgain
from tests.unit.gateway import journey

ID = "appointment-1"
PLACES = [
    ("/book/done", "/book/done/mail"),
    ("/appointment", "/appointment/mail"),
    ("/space", f"/space/appointments/{ID}/mail"),
    (f"/console/appointments/{ID}/", f"/console/appointments/{ID}/mail"),
]


@pytest.fixture
def owner(world: Any) -> Any:
    """Has booked, logged in, and is an agent as well."""
    browser = world.browser()
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    journey.log_in(browser, "agent", audience="staff")
    return browser


@pytest.mark.parametrize(("page", "address"), PLACES)
def test_two_clicks_ask_for_one_mail_and_lead_back(world: Any, owner: Any, page: str, address: str) -> None:
    for _click in range(2):
        answer = owner.post(address, {"request_key": "page-1"})
        assert (answer.status_code, answer.location) == (303, page)
    assert world.bus.notify.again == {ID: {"page-1"}}


def test_the_answer_is_shown_on_the_page_that_has_the_button(world: Any, owner: Any) -> None:
    for _click in range(4):
        key = _key_on(owner.get("/space").text)
        owner.post(f"/space/appointments/{ID}/mail", {"request_key": key})
    assert "sent several times already" in owner.get("/space").text
    owner.post("/book/done/mail", {"request_key": _key_on(owner.get("/book/done").text)})
    assert "several times" in owner.get("/book/done").text


def test_where_the_mail_goes_is_not_said(world: Any, owner: Any) -> None:
    owner.post("/appointment/mail", {"request_key": "page-1"})
    page = owner.get("/space").text
    assert "on its way" in page
    assert "lea.muster@" not in page.split("My data")[0]


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_without_a_key_nothing_is_asked(world: Any, owner: Any, key: str) -> None:
    assert owner.post("/appointment/mail", {"request_key": key}).status_code == 422
    assert world.bus.times(SendAgain) == 0


def test_nobody_else_can_ask_nor_learn_whether_there_is_an_appointment(world: Any, owner: Any) -> None:
    stranger = world.browser()
    journey.log_in(stranger, "stranger")
    there = stranger.post(f"/space/appointments/{ID}/mail", {"request_key": "k"})
    nowhere = stranger.post("/space/appointments/appointment-9/mail", {"request_key": "k"})
    assert there.status_code == nowhere.status_code == 404
    assert stranger.post("/appointment/mail", {"request_key": "k"}).location == "/link"
    assert stranger.post("/book/done/mail", {"request_key": "k"}).location == "/book/done"
    assert world.bus.times(SendAgain) == 0


def _key_on(page: str) -> str:
    key = re.search(r'name="request_key" value="([^"]+)"', page)
    assert key is not None
    return key[1]
