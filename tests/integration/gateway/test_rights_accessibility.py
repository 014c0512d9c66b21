"""axe finds nothing on the pages of data protection, nor in the archive's index; nothing is too wide."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration

ABROAD = "abroad"
"""Logs in by eIDAS and has nothing but an account; leaves, and stays after all."""


def walk(page: Page, origin: str, seen: Callable[[str], None]) -> None:
    """Both rights, as far as the question, then the way back."""
    page.goto(f"{origin}/login?next=/account/data")
    journey.log_in(page, ABROAD)
    page.wait_for_url("**/account/data")
    seen("data")
    page.goto(f"{origin}/account/export")
    seen("export")
    page.goto(f"{origin}/account/leave")
    seen("leave")
    page.locator("main form[action='/account/leave'] button").click()
    page.wait_for_url("**/login/ended?why=leaving")
    seen("logged out")
    page.goto(f"{origin}/login?next=/space")
    journey.log_in(page, ABROAD)
    page.wait_for_url("**/account/leaving")
    seen("leaving")


def read_archive(page: Page, origin: str, folder: Path, seen: Callable[[str], None]) -> None:
    """Downloaded by whoever leaves, and opened from the disk as a person would."""
    page.goto(f"{origin}/account/export")
    with page.expect_download() as download:
        page.locator("main form[action='/files/export'] button").click()
    assert re.fullmatch(r"cns-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
    with ZipFile(download.value.path()) as archive:
        archive.extractall(folder)
    page.goto((folder / "index.html").as_uri())
    for summary in page.locator("summary").all():
        summary.click()
    seen("index of the archive")


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "de"), (DESK, "fr")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_on_the_pages_of_data_protection(
    platform: Platform,
    new_context: Callable[..., BrowserContext],
    tmp_path: Path,
    size: dict[str, int],
    locale: str,
) -> None:
    page, origin = new_context(viewport=size, locale=locale).new_page(), platform.urls["public"]
    look = Look(page)

    walk(page, origin, look)
    read_archive(page, origin, tmp_path, look)
    page.goto(f"{origin}/account/leaving")
    page.locator("main form[action='/account/stay'] button").click()
    page.wait_for_url(re.compile("/account$"))
    assert look.faults == []
