"""What every answer says to the browser, and which posts are let in."""

from __future__ import annotations

from typing import Any

import pytest

from services.chassis.settings import SettingsError
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import make_world, settings


def test_nothing_inline_may_run_and_nobody_may_frame_us(browser: Any) -> None:
    headers = browser.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_no_page_has_inline_script_or_style(browser: Any) -> None:
    journey.as_far_as_person(browser)
    for path in ("/", "/book/login", "/book/welcome", "/book/time", "/book/person", "/login", "/link"):
        text = browser.get(path).text
        assert " style=" not in text
        assert "<script>" not in text
        assert "onclick" not in text


def test_strict_transport_only_where_there_is_transport_security() -> None:
    assert "Strict-Transport-Security" not in make_world().browser().get("/").headers
    production = make_world(environment="production", public_url="https://localhost").browser().get("/")
    assert "max-age=" in production.headers["Strict-Transport-Security"]


def test_a_post_without_a_token_is_refused(browser: Any) -> None:
    answer = browser.client.post("/book/login", base_url="https://localhost", data={"way": "without"})
    assert answer.status_code == 403
    assert "Open it again and send it once more" in answer.text


def test_the_token_of_another_session_is_refused(world: Any, browser: Any) -> None:
    foreign = world.browser()._token()
    browser.get("/login")
    data = {"way": "without", "csrf_token": foreign}
    assert browser.client.post("/book/login", base_url="https://localhost", data=data).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_post_from_elsewhere_is_refused_even_with_a_token(browser: Any, headers: dict[str, str]) -> None:
    assert browser.post("/book/login", {"way": "without"}, headers=headers).status_code == 403


def test_an_old_browser_is_judged_by_its_origin(browser: Any) -> None:
    data = {"way": "without", "csrf_token": browser._token()}
    for origin, status in (("https://evil.example", 403), ("null", 403), ("http://localhost", 303)):
        answer = browser.client.post(
            "/book/login", base_url="https://localhost", data=data, headers={"Origin": origin}
        )
        assert answer.status_code == status


def test_a_form_of_more_than_half_a_megabyte_is_refused_with_a_page(browser: Any) -> None:
    answer = browser.post("/book/login", {"way": "x" * 600_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_boot_fails_with_a_development_aid_in_production(environment: str) -> None:
    with pytest.raises(SettingsError, match="MAILBOX_URL"):
        settings(environment=environment, public_url="https://localhost", mailbox_url="http://localhost:1")


def test_the_public_address_has_to_be_an_origin() -> None:
    for address in ("localhost", "ftp://localhost", "https://localhost/path"):
        with pytest.raises(SettingsError, match="PUBLIC_URL"):
            settings(public_url=address)


def test_the_time_machine_does_not_exist_in_production() -> None:
    browser = make_world(environment="production", public_url="https://localhost").browser()
    assert browser.get("/dev/clock").status_code == 404
    assert browser.post("/dev/clock").status_code == 404
    assert "/dev/" not in browser.get("/").text
