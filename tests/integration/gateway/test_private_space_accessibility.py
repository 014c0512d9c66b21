"""axe finds nothing on the pages of the private space, on a phone and on a desk, from beginning to end."""

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


def _walk(page: Page, origin: str, seen: Callable[[str], None]) -> None:
    """Made, looked at, deleted, restored."""
    seen("first page")
    if page.locator("form[action='/space/open']").count():
        page.locator("form[action='/space/open'] button").click()
        page.wait_for_url("**/space/data")
    page.goto(f"{origin}/space/data")
    seen("data")
    page.fill("input[name=email]", "nobody")
    page.locator("form[action='/space/data'] button").click()
    page.locator(".govuk-error-summary").wait_for()
    seen("data, refused")
    for path in ("/space/data/history", "/space/consents", "/spaces/private/delete"):
        page.goto(f"{origin}{path}")
        seen(path)
    page.goto(f"{origin}/space")
    page.locator(".app-space__switch summary").click()
    seen("with the other spaces open")
    page.goto(f"{origin}/spaces/private/delete")
    page.locator("main form button.govuk-button--warning").click()
    page.wait_for_url("**/spaces")
    seen("overview with a deleted private space")
    page.goto(f"{origin}/space")
    seen("deleted")
    page.locator("form[action='/spaces/private/restore'] button").click()
    page.wait_for_url("**/space")
    seen("restored")


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "de"), (DESK, "en")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_on_the_pages_of_the_private_space(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    origin, look = platform.urls["public"], Look(page)

    page.goto(f"{origin}/space")
    journey.log_in(page, "parent")
    page.wait_for_url("**/space")
    _walk(page, origin, look)
    assert look.faults == []
