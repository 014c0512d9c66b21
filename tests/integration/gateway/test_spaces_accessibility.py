"""axe finds nothing on the pages of spaces, on a phone and on a desk; the longest name fits the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration

LONGEST = "Gemeinschaftspraxisverwaltungsgesellschaft" * 2 + " Oberkorn-Esch"
FIELDS = {"name": "Marc Demo", "email": "marc.demo@example.lu", "number": "10000000000000000002"}


def _submit(page: Page) -> None:
    page.locator("main form[novalidate] button.govuk-button").last.click()


def _walk(page: Page, seen: Callable[[str], None]) -> None:
    """From the overview over a new space and an invitation to its end."""
    seen("overview")
    page.locator("a[href='/spaces/new']").click()
    page.fill("input[name=name]", "x" * 101)
    _submit(page)
    seen("new, refused")
    page.fill("input[name=name]", LONGEST)
    _submit(page)
    page.wait_for_url(lambda url: "/spaces/" in url and not url.endswith("/new"))
    seen("space")
    space = page.url
    page.goto(f"{space}/procedures")
    page.locator("main form[action$='/book'] button").click()
    page.wait_for_url("**/book/welcome")
    seen("booking for the company")
    page.goto(f"{space}/members/invite")
    _submit(page)
    seen("invite, refused")
    for name, value in FIELDS.items():
        page.fill(f"input[name={name}]", value)
    page.check("input[name=scope][value=certificate]")
    page.check("input[name=role][value=reader]")
    _submit(page)
    page.wait_for_url("**/members")
    seen("members")
    page.locator(".app-people a").first.click()
    seen("one member")
    for path in ("sources", "trail", "name", "leave", "delete"):
        page.goto(f"{space}/{path}")
        seen(path)
    page.locator("main form button.govuk-button--warning").click()
    page.wait_for_url("**/spaces")
    seen("overview with a deleted space")
    page.goto(space)
    seen("deleted space")


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "de"), (DESK, "en")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_on_the_pages_of_spaces(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    look = Look(page)

    page.goto(f"{platform.urls['public']}/spaces")
    journey.log_in(page, "pro")
    page.wait_for_url("**/spaces")
    _walk(page, look)
    assert look.faults == []
