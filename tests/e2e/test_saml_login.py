"""Logging in by SAML in a real browser: out to a provider on another site, and back with its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.providers import Stage
from tests.service_process import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def leave(context: BrowserContext, origin: str) -> Page:
    """As far as the provider's page."""
    page = context.new_page()
    page.goto(f"{origin}/login?next=/space", wait_until="load")
    page.get_by_role("button", name="eIDAS").click()
    return page


def answer(page: Page, chosen: str) -> None:
    page.wait_for_url("http://127.0.0.1:*/sso")
    page.get_by_role("button", name=chosen).click()


def test_a_person_comes_back_identified(abroad: Stage, new_context: Callable[..., BrowserContext]) -> None:
    page = leave(new_context(locale="en"), abroad.origin)
    answer(page, "jonas")
    page.wait_for_url("**/space")
    assert "Jonas Mustermann" in page.locator("header").inner_text()


def test_without_scripts_a_button_leads_there(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    page = leave(new_context(locale="en", java_script_enabled=False), abroad.origin)
    page.get_by_role("button", name="eIDAS").click()
    answer(page, "jonas")
    page.wait_for_url("**/space")
    assert "Jonas Mustermann" in page.locator("header").inner_text()


@pytest.mark.parametrize(
    ("chosen", "said", "reason"),
    [
        ("low", "not secure enough", "level_too_low"),
        ("cancel", "stopped before the end", "cancelled"),
        ("ahead", "clock of the service", "not_yet_valid"),
        ("behind", "clock of the service", "expired"),
    ],
)
def test_who_is_refused_reads_why_and_may_try_again(
    abroad: Stage, new_context: Callable[..., BrowserContext], chosen: str, said: str, reason: str
) -> None:
    page = leave(new_context(locale="en"), abroad.origin)
    answer(page, chosen)
    page.get_by_text(said).wait_for()
    assert f'"{reason}"' in abroad.logs()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="eIDAS").click()
    answer(page, "jonas")
    page.wait_for_url("**/space")


def test_a_provider_that_is_down_is_told_before_anybody_leaves(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="de").new_page()
    page.goto(f"{abroad.origin}/login?next=/space")
    page.locator("form[action='/login/portal'] button").click()
    page.get_by_text("antwortet im Moment nicht").wait_for()
    assert '"provider_unreachable"' in abroad.logs()
    page.get_by_role("button", name="Erneut versuchen").click()
    page.get_by_role("button", name="eIDAS").click()
    answer(page, "jonas")
    page.wait_for_url("**/space")


def test_an_answer_that_is_sent_again_opens_nothing(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en")
    page = leave(context, abroad.origin)
    page.wait_for_url("http://127.0.0.1:*/sso")
    form = page.locator("form").first.evaluate("form => form.outerHTML")
    answer(page, "jonas")
    page.wait_for_url("**/space")
    other = new_context(locale="en").new_page()
    other.set_content(form)
    other.get_by_role("button").click()
    other.get_by_role("heading", name="You are not logged in").wait_for()
    other.goto(f"{abroad.origin}/space")
    assert urlsplit(other.url).path == "/login"


def test_no_log_knows_who_it_was(abroad: Stage, new_context: Callable[..., BrowserContext]) -> None:
    page = leave(new_context(locale="en"), abroad.origin)
    answer(page, "low")
    page.get_by_text("not secure enough").wait_for()
    told = abroad.logs()
    assert '"level_too_low"' in told
    for private_text in ("Mustermann", "muster-4711", "SAMLResponse"):
        assert private_text not in told


def test_axe_finds_nothing_on_the_way_out_and_on_a_refusal(
    abroad: Stage, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en", viewport={"width": 320, "height": 640})
    context.route("http://127.0.0.1:*/sso", lambda route: route.fulfill(status=204))  # the page stays
    page = leave(context, abroad.origin)
    page.get_by_role("heading", name="On the way to the log-in").wait_for()
    assert faults(page) == []
    page.goto(f"{abroad.origin}/login/finish")
    page.get_by_role("heading", name="You are not logged in").wait_for()
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe finds, and whether a narrow screen must scroll sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document)")
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]] + ["too wide"] * wide
