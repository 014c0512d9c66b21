"""axe finds nothing in the console, on a phone and on a desk; nothing is wider than the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look
from tests.unit.gateway.journey import NATIONAL_NUMBER

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration

CALLER = {
    "first_name": "Léa",
    "last_name": "Muster",
    "national_number": NATIONAL_NUMBER,
    "phone": "+352 621 123 456",
    "street": "1, rue de l'Essai",
    "postal_code": "1234",
    "city": "Luxembourg",
}
PAGES = (
    "/console/",
    "/console/week/",
    "/console/search/",
    "/console/displaced/",
    "/console/calendars/",
    "/console/calendars/calendar/cns",
    "/console/calendars/agent/agent-david",
    "/console/calendars/subject/information-documents",
    "/console/calendars/kind/",
)


def _log_in(page: Page, origin: str, name: str = "Sam Demo", first: str = "**/console/") -> None:
    page.goto(f"{origin}/console/")
    journey.log_in(page, name)
    page.wait_for_url(first)


def _submit(page: Page) -> None:
    page.locator("main form[novalidate] button.govuk-button").last.click()


def _book(page: Page, origin: str, seen: Callable[[str], None]) -> None:
    """A caller's booking, each page right and one wrong."""
    page.goto(f"{origin}/console/book/")
    page.check("input[value='information-documents/video-demo']")
    seen("matter")
    _submit(page)
    page.wait_for_url("**/console/book/time")
    seen("time")
    page.locator("button.app-slot").nth(9).click()
    page.wait_for_url("**/console/book/person")
    _submit(page)
    seen("person, refused")
    for name, text in CALLER.items():
        page.fill(f"input[name={name}]", text)
    page.check("input[name=consent]")
    page.check("input[name=for_whom][value=myself]")
    _submit(page)
    page.wait_for_url("**/console/book/review")
    seen("review")
    page.locator("main form button.govuk-button").first.click()
    page.wait_for_url("**/console/appointments/**")
    seen("appointment")
    page.goto(f"{page.url}link")
    seen("link")


def _plan(page: Page, origin: str, seen: Callable[[str], None]) -> None:
    """An absence as far as the list of what it would change; nothing is made."""
    page.goto(f"{origin}/console/calendars/agent/agent-anna/absence")
    seen("absence")
    _submit(page)
    page.wait_for_url("**/preview")
    seen("preview")
    page.goto(f"{origin}/console/calendars/agent/")
    _submit(page)
    seen("new agent, refused")


SIZES = pytest.mark.parametrize(
    ("size", "locale"), [(SMALL_PHONE, "fr"), (DESK, "lb")], ids=["phone", "desk"]
)


@SIZES
def test_axe_and_the_width_find_nothing_on_the_pages_of_machines_for_video(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    look, fleet = Look(page), f"{platform.urls['public']}/console/fleet/"
    _log_in(page, platform.urls["public"], "Otto Demo", "**/console/fleet/")
    look("list")
    page.locator("td .govuk-link").first.click()
    page.wait_for_url("**/node-1/")
    look("node")
    page.goto(f"{fleet}node-1/drain")
    look("drain")
    _submit(page)
    look("drain, refused")
    page.locator("input[value=no]").check()
    _submit(page)
    page.wait_for_url("**/node-1/")
    look("drained")
    page.locator("main form button.govuk-button").click()
    page.locator("main form").wait_for(state="detached")
    page.goto(f"{platform.urls['public']}/console/forgetting/")
    look("deletion in rooms")
    assert look.faults == []


@SIZES
def test_axe_and_the_width_find_nothing_on_the_page_of_records(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    look = Look(page)
    _log_in(page, platform.urls["public"], "Aude Demo", "**/console/deletions/")
    look("search")
    page.locator("main textarea").fill("eyJhbGciOiJFZDI1NTE5In0.e30.AA another-one.that.is-none")
    _submit(page)
    page.locator(".app-state").first.wait_for()
    look("records that are none")
    assert look.faults == []


@SIZES
def test_axe_and_the_width_find_nothing_in_the_console(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    look = Look(page)

    origin = platform.urls["public"]
    _log_in(page, origin)
    _book(page, origin, look)
    _plan(page, origin, look)
    for path in PAGES:
        page.goto(f"{origin}{path}")
        look(path)
    assert look.faults == []
