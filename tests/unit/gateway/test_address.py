"""The e-mail address of who has not logged in is proved by a code before the identity document."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.contracts.errors import ServiceUnavailable
from services.contracts.notify import SendAddressCode
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import make_world

EMAIL = journey.PERSON["email"]


@pytest.fixture
def asked(world: Any, browser: Any) -> Any:
    """Has typed the person's data, and a code is on its way."""
    journey.as_far_as_person(browser)
    assert browser.post("/book/person", journey.PERSON).location == "/book/address"
    return browser


def _wrong(world: Any) -> str:
    right = world.bus.notify.codes[EMAIL][-1]
    return f"{(int(right) + 1) % 10**6:06}"


def test_the_code_opens_the_next_step_and_is_never_on_a_page(world: Any, asked: Any) -> None:
    (code,) = world.bus.notify.codes[EMAIL]
    page = asked.get("/book/address").text
    assert EMAIL in page
    assert code not in page
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert asked.get("/book/identity").location == "/book/address"
    assert asked.post("/book/address", {"code": f" {code[:3]} {code[3:]} "}).location == "/book/identity"
    assert asked.get("/book/identity").status_code == 200


def test_looking_at_the_page_sends_nothing(world: Any, asked: Any) -> None:
    for _look in range(3):
        asked.get("/book/address")
    assert world.bus.times(SendAddressCode) == 1


def test_a_wrong_code_is_told_with_the_attempts_left(world: Any, asked: Any) -> None:
    page = asked.post("/book/address", {"code": _wrong(world)})
    assert page.status_code == 422
    assert page.text.count("attempts left: 4") == 2
    assert journey.type_code(world, asked).location == "/book/identity"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "é"])
def test_what_is_no_code_is_wrong(asked: Any, typed: str) -> None:
    assert asked.post("/book/address", {"code": typed}).status_code == 422


def test_after_five_wrong_ones_even_the_right_code_does_not_help(world: Any, asked: Any) -> None:
    for _attempt in range(4):
        assert "attempts left" in asked.post("/book/address", {"code": _wrong(world)}).text
    assert "Have a new one sent" in asked.post("/book/address", {"code": _wrong(world)}).text
    assert "Have a new one sent" in journey.type_code(world, asked).text
    asked.post("/book/address/send", {"sent": "1"})
    assert journey.type_code(world, asked).location == "/book/identity"


def test_the_code_is_valid_for_ten_minutes_to_the_second(world: Any, asked: Any) -> None:
    asked.post("/book/renew", {"step": "address"})
    world.clock.advance(minutes=10)
    assert "no longer valid" in journey.type_code(world, asked).text


def test_a_second_later_than_nothing_it_is_still_valid(world: Any, asked: Any) -> None:
    world.clock.advance(minutes=9, seconds=59)
    assert journey.type_code(world, asked).location == "/book/identity"


def test_a_second_click_on_send_sends_one_code(world: Any, asked: Any) -> None:
    for _click in range(2):
        assert asked.post("/book/address/send", {"sent": "1"}).location == "/book/address"
    assert len(world.bus.notify.codes[EMAIL]) == 2
    first, last = world.bus.notify.codes[EMAIL]
    assert first == last or asked.post("/book/address", {"code": first}).status_code == 422
    assert asked.post("/book/address", {"code": last}).location == "/book/identity"


def test_who_asks_is_named_to_notify_by_a_keyed_hash_of_the_network(world: Any, asked: Any) -> None:
    requesters = {r.requester for r in world.bus.asked if isinstance(r, SendAddressCode)}
    assert len(requesters) == 1
    assert re.fullmatch("[0-9a-f]{32}", requesters.pop())


def test_no_more_than_five_are_sent_and_the_page_says_so() -> None:
    world = make_world(rate_limits=("address_code_to=9/0/0",))
    asked = world.browser()
    journey.as_far_as_person(asked)
    asked.post("/book/person", journey.PERSON)
    for sent in range(1, 6):
        asked.post("/book/address/send", {"sent": str(sent)})
    assert len(world.bus.notify.codes[EMAIL]) == 5
    assert "sent several times already" in asked.get("/book/address").text


def test_another_address_asks_again_and_the_old_code_does_not_prove_it(world: Any, asked: Any) -> None:
    journey.type_code(world, asked)
    assert asked.post("/book/person", {**journey.PERSON, "city": "Esch"}).location == "/book/identity"
    changed = {**journey.PERSON, "email": "other@example.org"}
    assert asked.post("/book/person", changed).location == "/book/address"
    assert asked.get("/book/identity").location == "/book/address"
    old, new = world.bus.notify.codes[EMAIL][-1], world.bus.notify.codes["other@example.org"][-1]
    assert old == new or asked.post("/book/address", {"code": old}).status_code == 422
    assert asked.post("/book/address", {"code": new}).location == "/book/identity"


def test_capitals_make_no_other_address(world: Any, asked: Any) -> None:
    journey.type_code(world, asked)
    again = {**journey.PERSON, "email": EMAIL.upper()}
    assert asked.post("/book/person", again).location == "/book/identity"


def test_a_mail_that_could_not_be_sent_is_told_and_asked_for_again(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    world.bus.fault_of["send_address_code"] = ServiceUnavailable("mail")
    assert browser.post("/book/person", journey.PERSON).location == "/book/address"
    page = browser.get("/book/address").text
    assert "does not answer" in page
    assert "Send the code" in page
    world.bus.fault_of.clear()
    browser.post("/book/address/send", {"sent": "1"})
    assert journey.type_code(world, browser).location == "/book/identity"


def test_who_has_logged_in_is_asked_for_no_code(world: Any, browser: Any) -> None:
    journey.as_far_as_review(browser)
    assert browser.get("/book/review").status_code == 200
    assert browser.get("/book/address").location == "/book/review"
    assert world.bus.times(SendAddressCode) == 0
