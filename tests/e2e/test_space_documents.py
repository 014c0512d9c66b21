"""Documents of a space through the whole platform: by a browser with scripts, and by one without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e import journey
from tests.e2e.files_to_send import identity_card, letter
from tests.e2e.journey import Upload
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World
from tests.service_process import eventually

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

OWNER, STRANGER = "pro", "resident"
"""Nora Beispiel, Léa Muster."""
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
SLOW = 400_000
"""Bytes a second: so that one can stop a file that is on its way."""
QUOTA = 200_000_000
"""Bytes in one space."""
PROGRAM = Upload("invoice.pdf", "application/pdf", b"MZ\x90\x00" + bytes(2_000))


@pytest.fixture
def plain(stage: World) -> Iterator[PlainBrowser]:
    """The owner, without scripts, in a space of a company that is deleted afterwards."""
    with PlainBrowser(stage.origin).log_in("/spaces", OWNER) as browser:
        yield browser


@pytest.fixture
def space(plain: PlainBrowser) -> Iterator[str]:
    """The address of a new space."""
    plain.open("/spaces/new")
    plain.post("/spaces/new", {"name": "Papers", "request_key": fresh_address()})
    assert re.fullmatch(r"/spaces/[\w-]{24}", plain.path), plain.text
    address = plain.path
    yield address
    plain.open("/spaces").post(f"{address}/delete", {})


def bring(browser: PlainBrowser, space: str, upload: Upload, **fields: str) -> PlainBrowser:
    """By the form of the page, without scripts."""
    browser.open(f"{space}/documents/add")
    key = browser.value_of("request_key")
    given = {"folder": "maternity", "request_key": key, **fields}
    return browser.upload(f"/files{space}", upload, fields=given)


def row(page: Page, name: str) -> str:
    """What the list of uploads says of one file."""
    return page.locator("[data-uploads-list] li").filter(has_text=name).inner_text()


def choose(page: Page, folder: str, *uploads: Upload) -> None:
    page.locator("#folder").select_option(folder)
    page.locator("#document").set_input_files([upload.chosen() for upload in uploads])
    page.get_by_role("button", name="Upload").click()


def slow_down(page: Page) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    network.send("Network.emulateNetworkConditions", conditions)


def fetched(page: Page, link: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("link", name=link).click()
    return Path(started.value.path()).read_bytes()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_several_are_uploaded_found_changed_and_thrown_away(
    stage: World, new_context: Callable[..., BrowserContext], space: str, size: dict[str, int]
) -> None:
    page = journey.open_page(new_context(viewport=size, locale="en"))
    page.goto(f"{stage.origin}{space}/documents")
    journey.log_in(page, OWNER)
    page.get_by_role("button", name="Add documents").click()
    certificate, card = letter("certificate.pdf", 300_000, "first"), identity_card()
    choose(page, "maternity", certificate, PROGRAM, card)
    page.locator("[data-uploads-done]").wait_for()
    assert "2 of 3 uploaded, 1 not uploaded" in page.locator("[data-uploads-state]").inner_text()
    assert "This type of file is not accepted." in row(page, "invoice.pdf")

    page.goto(f"{stage.origin}{space}/documents/add")
    slow_down(page)
    choose(page, "care", letter("slow.pdf", 1_500_000, "slow"), letter("next.pdf", 50_000, "next"))
    page.wait_for_function("() => document.querySelector('[data-state=sending] progress')?.value > 0.2")
    page.get_by_role("button", name="Stop the upload – slow.pdf").click()
    page.locator("[data-uploads-done]").wait_for()
    assert "cancelled, nothing was kept" in row(page, "slow.pdf")
    assert "1 of 1 uploaded" in page.locator("[data-uploads-state]").inner_text()
    page.get_by_role("link", name="To the documents").click()
    used = f"{(300_000 + len(card.content) + 50_000) / 1000:.1f} kB of"
    eventually(lambda: page.reload() is not None and used in page.locator("main").inner_text(), 60)
    assert "slow.pdf" not in page.locator("main").inner_text()
    assert fetched(page, "Download – certificate.pdf") == certificate.content

    page.get_by_role("link", name="certificate.pdf", exact=True).click()
    page.get_by_role("link", name="Upload a new version").click()
    newer = letter("scan of today.pdf", 200_000, "second")
    page.locator("#document").set_input_files([newer.chosen()])
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="To the documents").click()
    page.get_by_role("link", name="certificate.pdf", exact=True).click()
    assert fetched(page, "Download – Version 1") == certificate.content

    page.locator("#name").fill("../paper.pdf")
    page.get_by_role("button", name="Save").click()
    assert "leave out / and \\" in page.locator(".govuk-error-summary").inner_text()
    page.locator("#name").fill("paper.pdf")
    page.locator("#folder").select_option("other")
    page.get_by_role("button", name="Save").click()
    assert fetched(page, "Download – paper.pdf") == newer.content

    page.get_by_role("link", name="paper.pdf", exact=True).click()
    page.get_by_role("button", name="Put into the bin").click()
    page.get_by_role("link", name="Bin (1)").click()
    page.get_by_role("link", name="Erase now").click()
    page.get_by_role("button", name="Yes, erase it").click()
    assert "The bin is empty" in page.locator("main").inner_text()
    assert f"{(len(card.content) + 50_000) / 1000:.1f} kB of" in page.locator("main").inner_text()


def test_without_scripts_one_at_a_time_and_each_fault_in_words(
    stage: World, plain: PlainBrowser, space: str
) -> None:
    for upload, fields, sentence in (
        (Upload("empty.pdf", "application/pdf", b""), {}, "The file is empty."),
        (PROGRAM, {}, "This type of file is not accepted."),
        (letter("large.pdf", 21_000_000, "large"), {}, "The file is too large."),
        (letter("../../letter.pdf", 9_000, "path"), {}, "leave out / and \\"),
        (letter("letter.pdf", 9_000, "where"), {"folder": ""}, "Choose a folder."),
    ):
        assert sentence in bring(plain, space, upload, **fields).text
        assert plain.path == f"{space}/documents/add"
    forged = letter("forged.pdf", 9_000, "forged")
    plain.open(f"{space}/documents/add").upload(f"/files{space}", forged, token="forged")
    assert (plain.page.status_code, "open for too long" in plain.text) == (403, True)
    assert "0 byte of" in plain.open(f"{space}/documents").text

    kept = letter("letter.pdf", 9_000, "kept")
    assert "“letter.pdf” is uploaded." in bring(plain, space, kept).text
    found = re.search(rf'href="(/files{space}/[^"]+)"', plain.page.text)
    assert found
    assert plain.open(found[1]).page.content == kept.content
    assert plain.page.headers["Content-Disposition"].startswith("attachment")

    with PlainBrowser(stage.origin).log_in("/spaces", STRANGER) as stranger:
        assert stranger.open(found[1]).page.status_code == 404
        assert stranger.open("/spaces").upload(f"/files{space}", kept).page.status_code == 404
    plain.open("/spaces").post(f"{space}/delete", {})
    assert plain.upload(f"/files{space}", kept).page.status_code == 403
    assert plain.open(found[1]).page.status_code == 403


def test_what_breaks_off_half_way_is_not_kept_and_does_not_count(plain: PlainBrowser, space: str) -> None:
    plain.open(f"{space}/documents/add")
    fields = {"folder": "other", "request_key": "torn"}
    plain.break_off(f"/files{space}", letter("torn.pdf", 2_000_000, "torn"), fields)
    eventually(lambda: "0 byte of" in plain.open(f"{space}/documents").text, 60)
    assert "torn.pdf" not in plain.text


def test_of_two_at_once_that_pass_the_quota_one_is_kept_and_the_other_told_why(
    stage: World, plain: PlainBrowser, space: str
) -> None:
    large = letter("large.pdf", QUOTA // 10, "large")
    for number in range(9):
        bring(plain, space, replace(large, name=f"{number}.pdf"))
    assert "20 MB free" in plain.text
    half = letter("half.pdf", QUOTA * 6 // 100, "half")
    with PlainBrowser(stage.origin, language="de").log_in("/spaces", OWNER) as german:
        both = ((plain, "in English.pdf"), (german, "auf Deutsch.pdf"))
        with ThreadPoolExecutor(2) as pool:
            texts = list(pool.map(lambda who: bring(who[0], space, replace(half, name=who[1])).text, both))
    refusals = ("not enough room in this space: 8 MB are free", "nicht genug Platz: 8 MB sind frei")
    assert sum(words in text for words, text in zip(refusals, texts, strict=True)) == 1
    assert "192 MB of 200 MB used, 8 MB free" in plain.open(f"{space}/documents").text
