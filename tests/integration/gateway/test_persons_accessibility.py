"""axe finds nothing on the pages of persons' accounts, on a phone and on a desk; nothing is too wide."""

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

NUMBER = "10000000000000000004"


def walk(page: Page, origin: str, seen: Callable[[str], None]) -> None:
    """From the search to the question whether it is to be revoked; nothing is."""
    page.goto(f"{origin}/console/persons/")
    journey.log_in(page, "Hanna Demo")
    page.wait_for_url("**/console/persons/")
    seen("search")
    _type(page, "query", "?")
    seen("search, refused")
    _type(page, "query", "20000000000000000000")
    seen("search, nobody")
    _type(page, "query", NUMBER)
    page.wait_for_url("**/console/persons/*/")
    seen("account")
    page.locator("main a[href$='/revoke']").first.click()
    seen("reason")
    _type(page, "reason", " ")
    seen("reason, refused")
    _type(page, "reason", "Lost, says the caller")
    page.locator("main input[name=confirmed]").wait_for(state="attached")
    seen("confirm")


def _type(page: Page, name: str, text: str) -> None:
    page.fill(f"main [name={name}]", text)
    with page.expect_navigation():
        page.locator("main form[novalidate] button.govuk-button").click()


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "fr"), (DESK, "lb")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_where_accounts_are_looked_after(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    look = Look(page)

    walk(page, platform.urls["public"], look)
    assert look.faults == []
