"""Registering what one has logged in with, before the private space opens."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.limits.table import ADDRESS_CODE
from services.contracts.credentials import BeginRegistration, ConfirmRegistration
from services.contracts.errors import (
    InvalidField,
    MailedTooOften,
    NationalNumberTaken,
    PlatformError,
    ServiceUnavailable,
)
from tests.unit.gateway import journey
from tests.unit.gateway.fake_credentials import CODE

ADDRESS = "nora.neu@example.org"
FORM = {
    "email": ADDRESS,
    "national_number": journey.NATIONAL_NUMBER,
    "next": "/space/data",
    "request_key": "k1",
}


@pytest.fixture
def newcomer(browser: Any) -> Any:
    journey.log_in(browser, "newcomer")
    return browser


def cookie(browser: Any) -> str:
    return str(browser.client.get_cookie("__Host-sid").value)


def asked(world: Any) -> BeginRegistration:
    found = [request for request in world.bus.asked if isinstance(request, BeginRegistration)]
    return found[-1]


def test_whoever_opens_the_space_for_the_first_time_is_asked_to_register(newcomer: Any) -> None:
    answer = newcomer.get("/space/data")
    assert answer.location == "/account/register?next=/space/data"
    page = newcomer.get(answer.location).text
    assert "Register your means of logging in" in page
    assert 'name="next" value="/space/data"' in page


def test_booking_does_not_need_it(newcomer: Any) -> None:
    newcomer.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(newcomer)
    journey.choose_time(newcomer)
    page = newcomer.get("/book/person")
    assert page.status_code == 200
    assert "create_space" not in page.text


def test_with_the_code_of_the_mail_the_space_opens(world: Any, newcomer: Any) -> None:
    assert newcomer.post("/account/register", FORM).location == "/account/code"
    assert world.credentials.mails == [ADDRESS]
    assert ADDRESS in newcomer.get("/account/code").text
    before = cookie(newcomer)
    assert newcomer.post("/account/code", {"code": "204-060"}).location == "/space/data"
    assert cookie(newcomer) != before
    assert newcomer.get("/space").status_code == 200
    assert asked(world).national_number == journey.NATIONAL_NUMBER


def test_what_the_provider_says_is_fixed(world: Any, browser: Any) -> None:
    world.identity.national_number = journey.NATIONAL_NUMBER
    journey.log_in(browser, "newcomer")
    page = browser.get("/account/register").text
    assert journey.NATIONAL_NUMBER in page
    assert 'name="national_number"' not in page
    browser.post("/account/register", FORM | {"national_number": "1990010112345"})
    assert asked(world).national_number == journey.NATIONAL_NUMBER


def test_a_cross_border_commuter_needs_no_national_number(world: Any, browser: Any) -> None:
    world.identity.method = "eidas"
    journey.log_in(browser, "newcomer")
    assert "live in another country" in browser.get("/account/register").text
    assert browser.post("/account/register", FORM | {"national_number": ""}).location == "/account/code"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "", "Enter an e-mail address."),
        ("email", "nobody", "Enter an e-mail address like"),
        ("national_number", "", "Enter your national number."),
        ("national_number", "1985041220130", "not correct"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(newcomer: Any, field: str, typed: str, said: str) -> None:
    answer = newcomer.post("/account/register", FORM | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="next" value="/space/data"' in answer.text


@pytest.mark.parametrize(
    ("refusal", "status", "said"),
    [
        (NationalNumberTaken(), 409, "log in with that and add this one there"),
        (MailedTooOften("5"), 429, "several times already"),
        (ServiceUnavailable("mail"), 503, "does not answer"),
        (InvalidField("address", "format"), 422, "Enter an e-mail address like"),
        (InvalidField("language", "choice"), 422, "possibilities"),
    ],
)
def test_a_refusal_is_said_above_the_form_and_nothing_typed_is_lost(
    world: Any, newcomer: Any, refusal: PlatformError, status: int, said: str
) -> None:
    world.bus.fault_of["begin_registration"] = refusal
    answer = newcomer.post("/account/register", FORM)
    assert answer.status_code == status
    assert said in answer.text
    assert f'value="{ADDRESS}"' in answer.text


def test_the_second_click_sends_no_second_mail(world: Any, newcomer: Any) -> None:
    for _click in range(2):
        assert newcomer.post("/account/register", FORM).location == "/account/code"
    assert len(world.credentials.mails) == 1


def test_another_code_is_sent_on_request_once_a_click(world: Any, newcomer: Any) -> None:
    newcomer.post("/account/register", FORM)
    for _click in range(2):
        assert newcomer.post("/account/code/send", {"request_key": "k2"}).location == "/account/code"
    assert world.credentials.mails == [ADDRESS, ADDRESS]


def test_other_addresses_under_one_key_are_mails_that_count(world: Any, newcomer: Any) -> None:
    statuses = [
        newcomer.post("/account/register", FORM | {"email": f"somebody-{number}@example.org"}).status_code
        for number in range(ADDRESS_CODE.known + 1)
    ]
    assert statuses == [303] * ADDRESS_CODE.known + [429]
    assert world.bus.times(BeginRegistration) == ADDRESS_CODE.known


def test_each_page_brings_a_key_of_its_own(newcomer: Any) -> None:
    newcomer.post("/account/register", FORM)
    keys = {
        re.findall('name="request_key" value="(.+?)"', newcomer.get("/account/code").text)[0] for _ in "ab"
    }
    assert len(keys) == 2


def test_too_many_codes_are_refused_where_one_asks_for_another(world: Any, newcomer: Any) -> None:
    newcomer.post("/account/register", FORM)
    world.bus.fault_of["begin_registration"] = MailedTooOften("5")
    assert newcomer.post("/account/code/send", {"request_key": "k2"}).location == "/account/code"
    assert "several times already" in newcomer.get("/account/code").text


def test_a_wrong_code_says_how_many_attempts_are_left_and_the_last_asks_for_a_new_one(newcomer: Any) -> None:
    newcomer.post("/account/register", FORM)
    answers = [newcomer.post("/account/code", {"code": "111111"}) for _attempt in range(4)]
    assert {answer.status_code for answer in answers} == {422}
    assert "attempts left: 2" in answers[0].text
    assert "Have a new one sent" in answers[-1].text
    assert newcomer.get("/space").location.startswith("/account/register")


def test_a_number_that_somebody_registers_meanwhile_leads_back_to_the_form(world: Any, newcomer: Any) -> None:
    newcomer.post("/account/register", FORM)
    world.bus.fault_of["confirm_registration"] = NationalNumberTaken()
    assert newcomer.post("/account/code", {"code": CODE}).location == "/account/register"
    assert "add this one there" in newcomer.get("/account/register").text


def test_the_second_click_on_the_code_ends_well(world: Any, newcomer: Any) -> None:
    newcomer.post("/account/register", FORM)
    places = [newcomer.post("/account/code", {"code": CODE}).location for _click in range(2)]
    assert places == ["/space/data", "/account"]
    assert world.bus.times(ConfirmRegistration) == 1


def test_a_code_without_a_beginning_leads_to_it(newcomer: Any) -> None:
    for answer in (
        newcomer.get("/account/code"),
        newcomer.post("/account/code", {"code": CODE}),
        newcomer.post("/account/code/send", {"request_key": "k"}),
    ):
        assert answer.location == "/account/register"


def test_what_was_registered_in_another_browser_holds_here_too(world: Any, newcomer: Any) -> None:
    other = world.browser()
    journey.log_in(other, "newcomer")
    other.post("/account/register", FORM)
    other.post("/account/code", {"code": CODE})
    assert newcomer.get("/account/register?next=/space").location == "/space"
    assert newcomer.get("/space").status_code == 200


def test_who_is_registered_is_not_asked_again(browser: Any) -> None:
    journey.log_in(browser)
    assert browser.get("/account/register").location == "/account"
    assert browser.post("/account/register", FORM).location == "/space/data"


def test_nobody_is_sent_to_another_site_afterwards(newcomer: Any) -> None:
    newcomer.post("/account/register", FORM | {"next": "//evil.example"})
    assert newcomer.post("/account/code", {"code": CODE}).location == "/account"


# --- another address ---


def test_the_address_is_changed_with_a_code_to_the_new_one(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    assert 'value="resident@example.org"' in browser.get("/account/address").text
    answer = browser.post("/account/address", {"email": "new@example.org", "request_key": "k"})
    assert answer.location == "/account/code"
    assert browser.post("/account/code", {"code": CODE}).location == "/account"
    page = browser.get("/account").text
    assert "new@example.org" in page
    assert "From now on we write to it" in page


def test_a_faulty_address_is_said_at_its_field(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    assert "Enter an e-mail address like" in browser.post("/account/address", {"email": "x"}).text
    world.bus.fault_of["begin_registration"] = MailedTooOften("5")
    assert browser.post("/account/address", {"email": "a@example.org", "request_key": "k"}).status_code == 429


def test_another_code_for_a_new_address_may_need_another_log_in(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    browser.post("/account/address", {"email": "new@example.org", "request_key": "k"})
    world.credentials.proofs_are_over()
    answer = browser.post("/account/code/send", {"request_key": "k2"})
    assert answer.location == "/account/login-again?next=/account/address"
