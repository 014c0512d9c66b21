"""Logging in: bound to the browser that began, single use, and back to a page of ours only."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.blueprints.login import local_path
from tests.unit.gateway import journey


def _begin(browser: Any) -> str:
    location = browser.post("/login/development", {"audience": "citizen"}).location
    return str(location.partition("login=")[2])


def _answer(browser: Any, login_id: str, person: str = "resident") -> Any:
    return browser.client.post(
        "/login/development/callback",
        base_url="https://localhost",
        data={"login": login_id, "person": person},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://provider.example"},
    )


def test_a_log_in_ends_where_it_was_asked_for(browser: Any) -> None:
    assert journey.log_in(browser, back="/book/welcome").location == "/book/welcome"
    assert "Léa Muster" in browser.get("/").text


def test_an_answer_to_a_log_in_of_another_browser_is_refused(world: Any, browser: Any) -> None:
    login_id = _begin(world.browser())
    _begin(browser)
    assert _answer(browser, login_id).status_code == 403
    assert browser.get("/space").location.startswith("/login")


def test_an_answer_without_the_cookie_is_refused(world: Any, browser: Any) -> None:
    login_id = _begin(browser)
    assert _answer(world.browser(), login_id).status_code == 403


def test_an_answer_is_taken_once(browser: Any) -> None:
    login_id = _begin(browser)
    assert _answer(browser, login_id).status_code == 303
    assert _answer(browser, login_id).status_code == 403


def test_the_page_after_it_opens_once(browser: Any) -> None:
    _answer(browser, _begin(browser))
    assert browser.get("/login/finish").status_code == 303
    assert browser.get("/login/finish").status_code == 403


def test_the_log_in_cookie_comes_back_across_sites_and_lives_ten_minutes(browser: Any) -> None:
    _begin(browser)
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


def test_the_gallery_shows_itself_only_to_who_has_begun(browser: Any) -> None:
    login_id = _begin(browser)
    assert "Léa Muster" in browser.get(f"/dev/sign-in?login={login_id}").text
    assert browser.get("/dev/sign-in?login=another").status_code == 403
