"""axe finds nothing on the pages of drafts, on a phone and on a desk; nothing is wider than the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration

PERSON = "pensioner"
HERE = "/spaces/private/procedures"


def _log_in(page: Page, origin: str) -> None:
    page.goto(f"{origin}{HERE}")
    journey.log_in(page, PERSON)
    page.wait_for_url(f"{origin}{HERE}")


def _submit(page: Page) -> None:
    page.locator("main form button.govuk-button").first.click()


def _begin(page: Page, seen: Callable[[str], None]) -> None:
    """From the empty list as far as the kind."""
    seen("list without anything")
    page.locator("main form[action$='/book'] button").click()
    page.check("input[name=consent]")
    _submit(page)
    page.check("input[name=subject][value=information-documents]")
    _submit(page)
    page.wait_for_url("**/book/kind")
    seen("a step that is kept")


def _change(page: Page) -> None:
    """The same draft on another device, with a topic."""
    page.locator("main form[action$='/resume'] button").click()
    page.check("input[name=kind][value=video-demo]")
    page.locator("select[name=topic]").select_option("maternity")
    _submit(page)
    page.wait_for_url("**/book/time*")


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "lb"), (DESK, "fr")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_on_the_pages_of_drafts(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page, other = (new_context(viewport=size, locale=locale).new_page() for _ in range(2))
    origin, look = platform.urls["public"], Look(page)

    page.goto(f"{origin}/spaces")
    journey.log_in(page, PERSON)
    page.wait_for_url("**/spaces")
    create = page.locator("form[action='/space/open'] button")
    if create.count():
        create.click()
    page.goto(f"{origin}{HERE}")
    _begin(page, look)
    _log_in(other, origin)
    _change(other)
    page.check("input[name=kind][value=video-demo]")
    _submit(page)
    page.wait_for_url("**/book/other-device")
    look("changed elsewhere")
    page.goto(f"{origin}{HERE}")
    look("list with a draft")
    page.locator(".app-card strong").first.wait_for()
    page.goto(f"{origin}{_link(page, '/discard')}")
    look("discard")
    page.locator("main form button.govuk-button--warning").click()
    page.wait_for_url(f"**{HERE}")
    look("list after a draft")
    assert look.faults == []


def _link(page: Page, end: str) -> str:
    found = re.search(rf'href="([^"]+{end})"', page.content())
    assert found is not None
    return found[1]
