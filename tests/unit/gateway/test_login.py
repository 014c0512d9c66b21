"""Logging in: bound to the browser that began, single use, and back to a page of ours only."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.blueprints.login.purpose import local_path
from gateway.security import policy_for_form_to
from services.contracts.errors import LoginRefused
from services.contracts.identity import LoginBegun
from tests.unit.gateway import journey
from tests.unit.gateway.journey import answer, begin


def lands(browser: Any, answered: Any) -> Any:
    """The page on which an answer ends that is no log-in's of this browser."""
    assert (answered.status_code, answered.location.partition("?")[0]) == (303, "/login/not-begun")
    return browser.get(answered.location)


def test_a_log_in_ends_where_it_was_asked_for(browser: Any) -> None:
    assert journey.log_in(browser, back="/book/welcome").location == "/book/welcome"
    assert "Léa Muster" in browser.get("/").text


def test_an_answer_to_a_log_in_of_another_browser_is_refused(world: Any, browser: Any) -> None:
    login_id = begin(world.browser())
    begin(browser)
    assert lands(browser, answer(browser, login_id)).status_code == 403
    assert browser.get("/space").location.startswith("/login")


def test_an_answer_without_the_cookie_is_refused(world: Any, browser: Any) -> None:
    login_id = begin(browser)
    other = world.browser()
    assert lands(other, answer(other, login_id)).status_code == 403


def test_an_answer_is_taken_once(browser: Any) -> None:
    login_id = begin(browser)
    assert answer(browser, login_id).location == "/login/finish"
    assert lands(browser, answer(browser, login_id)).status_code == 403


def test_the_page_after_it_opens_once(browser: Any) -> None:
    answer(browser, begin(browser))
    assert browser.get("/login/finish").location == "/space"
    browser.post("/logout")
    assert browser.get("/login/finish").status_code == 403


def test_the_log_in_cookie_comes_back_across_sites_and_lives_ten_minutes(browser: Any) -> None:
    begin(browser)
    cookie = browser.client.get_cookie("__Host-sid-login")
    assert cookie.same_site == "None"
    assert cookie.secure
    assert cookie.http_only
    assert cookie.max_age == 600


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/a\nb", ""]
)
def test_nobody_is_sent_to_another_site_after_log_in(elsewhere: str) -> None:
    assert local_path(elsewhere) == ""


POSTED = LoginBegun(
    login_id="",
    redirect_url="https://provider.example:8443/sso?x=1",
    form={"SAMLRequest": "PHg+", "RelayState": "login-1"},
)


def test_a_form_leaves_by_itself_or_by_a_button_and_to_that_provider_alone(world: Any, browser: Any) -> None:
    world.identity.elsewhere = POSTED
    page = browser.post("/login/eidas", {"audience": "citizen"})
    assert page.status_code == 200
    assert 'action="https://provider.example:8443/sso?x=1" data-leave' in page.text
    assert 'name="SAMLRequest" value="PHg+"' in page.text
    assert 'name="RelayState" value="login-1"' in page.text
    assert "leave" in page.text.rpartition("<script")[2]
    assert "form-action https://provider.example:8443;" in page.headers["Content-Security-Policy"]
    assert "form-action 'self'" not in page.headers["Content-Security-Policy"]
    assert "form-action 'self'" in browser.get("/login").headers["Content-Security-Policy"]


def test_a_redirect_to_another_site_leaves_from_a_page_too(world: Any, browser: Any) -> None:
    world.identity.elsewhere = LoginBegun(login_id="", redirect_url="https://provider.example/a?b=1&c=2")
    page = browser.post("/login/oidc", {"audience": "citizen"})
    assert 'content="0; url=https://provider.example/a?b=1&amp;c=2"' in page.text
    assert 'href="https://provider.example/a?b=1&amp;c=2"' in page.text


@pytest.mark.parametrize(
    "address", ["https://evil.example; script-src *", "javascript:alert(1)", "https://a b/", "https:///x"]
)
def test_no_address_widens_a_policy(address: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        policy_for_form_to(address)


@pytest.mark.parametrize("name", ["RelayState", "state"])
def test_each_protocol_names_the_log_in_in_a_field_of_its_own(browser: Any, name: str) -> None:
    assert answer(browser, begin(browser), field=name).status_code == 303


def test_an_answer_for_another_tab_leaves_this_one_s_log_in_alone(browser: Any) -> None:
    before, now = begin(browser), begin(browser)
    assert lands(browser, answer(browser, before)).status_code == 403
    assert answer(browser, now).location == "/login/finish"


def test_staff_try_again_at_their_own_door(world: Any, browser: Any) -> None:
    login_id = begin(browser, "staff")
    world.bus.fault_of["finish_login"] = LoginRefused("not_registered")
    page = answer(browser, login_id).text
    assert 'href="/console/login' in page
    assert "no access to the console" in page


def test_a_provider_reads_who_we_are(browser: Any) -> None:
    found = browser.get("/saml/eidas/metadata")
    assert (found.status_code, found.mimetype) == (200, "application/samlmetadata+xml")
    assert browser.get("/saml/nobody/metadata").status_code == 404


def test_nobody_has_our_metadata_signed_without_end(world: Any, browser: Any) -> None:
    limit = world.app.extensions["runtime"].settings.limits["metadata"].free
    answers = [browser.get("/saml/eidas/metadata").status_code for _ in range(limit + 1)]
    assert answers == [200] * limit + [429]
