"""Staff log in by OpenID Connect in a real browser, and are logged out from where they logged in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.providers import CLIENT, Stage

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e


def leave(context: BrowserContext, abroad: Stage) -> Page:
    """As far as the provider's page."""
    page = context.new_page()
    page.goto(f"{abroad.origin}/console/login", wait_until="load")
    page.locator("form[action='/login/staff']").get_by_role("button").click()
    page.wait_for_url(f"{abroad.issuer}/sign-in/*")
    return page


def log_in(context: BrowserContext, abroad: Stage, who: str = "sam-77") -> Page:
    page = leave(context, abroad)
    page.get_by_role("button", name=who).click()
    page.wait_for_url(f"{abroad.origin}/**")
    return page


def test_a_supervisor_comes_back_with_that_role(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    page = log_in(new_context(locale="en"), abroad)
    page.wait_for_url("**/console/")
    assert "Sam Demo" in page.locator("header").inner_text()


def test_without_scripts_the_way_is_the_same(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    page = log_in(new_context(locale="en", java_script_enabled=False), abroad)
    page.wait_for_url("**/console/")
    assert "Sam Demo" in page.locator("header").inner_text()


def test_a_log_out_at_the_provider_ends_the_session_here_and_no_other(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    leaving, staying = new_context(locale="en"), new_context(locale="en")
    page, other = log_in(leaving, abroad), log_in(staying, abroad)
    elsewhere = leaving.new_page()
    elsewhere.goto(f"{abroad.issuer}/session/end?client_id={CLIENT}")
    elsewhere.locator("button[name=logout], button[value=yes]").first.click()
    elsewhere.wait_for_url("**/session/end/success*")
    page.goto(f"{abroad.origin}/console/")
    page.wait_for_url("**/console/login**")
    other.goto(f"{abroad.origin}/console/")
    assert "Sam Demo" in other.locator("header").inner_text()


@pytest.mark.parametrize(
    ("who", "reason"), [("mail-78", "no_role"), ("weak-79", "acr"), ("cancel", "cancelled")]
)
def test_who_is_refused_may_try_again_at_the_staff_s_door(
    abroad: Stage, new_context: Callable[..., BrowserContext], who: str, reason: str
) -> None:
    page = log_in(new_context(locale="en"), abroad, who)
    page.get_by_role("heading", name="You are not logged in").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/console/login**")
    assert f'"{reason}"' in abroad.logs()


def test_an_answer_that_is_sent_again_opens_nothing(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    context, answers = new_context(locale="en"), []
    context.on("request", lambda request: answers.append(request.url))
    log_in(context, abroad).wait_for_url("**/console/")
    [answer] = [url for url in answers if "/login/staff/callback" in url]
    page = new_context(locale="en").new_page()
    page.goto(answer)
    page.get_by_role("heading", name="You are not logged in").wait_for()
    page.goto(f"{abroad.origin}/console/")
    assert urlsplit(page.url).path == "/console/login"


def test_a_made_up_logout_token_is_refused(abroad: Stage) -> None:
    answer = httpx.post(
        f"{abroad.origin}/login/staff/backchannel-logout", data={"logout_token": "e30.e30.e30"}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_no_log_knows_who_it_was(abroad: Stage, new_context: Callable[..., BrowserContext]) -> None:
    log_in(new_context(locale="en"), abroad)
    logs = abroad.logs()
    for private in ("Sam Demo", "sam-77", "code_verifier", "id_token"):
        assert private not in logs
