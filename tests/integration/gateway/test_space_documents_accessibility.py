"""axe finds nothing on the pages of a space's documents, on a phone and on a desk; the longest name fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.e2e.files_to_send import identity_card, letter
from tests.e2e.journey import Upload
from tests.e2e.mailbox import fresh_address
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration

LONGEST = "Gemeinschaftspraxisverwaltungsgesellschaftsvertragsentwurf" * 2 + ".pdf"
PROGRAM = Upload("invoice.pdf", "application/pdf", b"MZ" + bytes(2_000))

Seen = Callable[[str], None]


def _bring(page: Page, *uploads: Upload) -> None:
    page.locator("#document").set_input_files([upload.chosen() for upload in uploads])
    page.locator("form[data-space-upload] button").click()
    page.locator("[data-uploads-done]").wait_for()


def _walk(page: Page, shelf: str, seen: Seen) -> None:
    page.goto(shelf)
    seen("nothing there")
    page.goto(f"{shelf}/add")
    page.locator("form[data-space-upload] button").click()
    seen("nothing chosen")
    page.goto(f"{shelf}/add")
    page.locator("#folder").select_option("maternity")
    _bring(page, letter(LONGEST, 30_000, "long"), identity_card(), PROGRAM)
    seen("uploads")
    page.goto(shelf)
    seen("list")
    page.locator(".app-shelf__words a", has_text="identity-card").click()
    seen("picture")
    page.goto(shelf)
    page.locator(".app-shelf__words a", has_text="Gemeinschaft").click()
    one = page.url
    page.locator("a[href*='/add?document=']").click()
    seen("new version")
    _bring(page, letter("second.pdf", 20_000, "second"))
    page.goto(one)
    seen("versions")
    page.fill("#name", "../path")
    page.locator("main form[novalidate] button").click()
    seen("refused name")
    page.goto(one)
    page.locator("form[action$='/delete'] button").click()
    page.goto(f"{shelf}/bin")
    seen("bin")
    page.locator("a[href$='/erase']").click()
    seen("erase")


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "de"), (DESK, "fr")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_on_the_pages_of_documents(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    look = Look(page)

    page.goto(f"{platform.urls['public']}/spaces/new")
    journey.log_in(page, "pro")
    page.fill("input[name=name]", fresh_address())
    page.locator("main form[novalidate] button.govuk-button").last.click()
    page.wait_for_url(lambda url: "/spaces/" in url and not url.endswith("/new"))
    space = page.url
    _walk(page, f"{space}/documents", look)
    page.goto(f"{space}/delete")
    page.locator("main form button.govuk-button--warning").click()
    assert look.faults == []
