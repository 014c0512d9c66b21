"""A network that does too much: a browser works for a moment or proves an address by mail, and goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis

from deploy.dev.platform import Platform
from gateway.limits.table import HOLD
from tests.e2e import journey
from tests.e2e.mailbox import code_in, fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, to_times
from tests.e2e.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM_COMES_FROM = "127.0.0.1"
SMALL_PHONE = {"width": 320, "height": 640}
pytestmark = pytest.mark.e2e


@pytest.fixture
def busy(platform: Platform, stage: World) -> Iterator[World]:
    """Chromium's network has used up what is free in ten minutes, with the usual figures."""
    _forget_counts(platform)
    with PlainBrowser(stage.origin, address=CHROMIUM_COMES_FROM) as neighbour:
        to_times(neighbour)
        for _ in range(HOLD.free):
            neighbour.post("/book/time", {"language": "en", "starts_at": "", "page_key": ""})
    yield stage
    _forget_counts(platform)


def _forget_counts(platform: Platform) -> None:
    with redis.Redis.from_url(platform.urls["redis"]) as store:
        for name in store.scan_iter("gateway:limit:*"):
            store.delete(name)


def _to_times(page: Page, origin: str) -> None:
    """As far as the list of times, in English."""
    page.goto(f"{origin}/book/")
    for label in ("No, go on without logging in", "I consent", "Information – documents"):
        page.get_by_label(label).check()
        journey.go_on(page)
    page.get_by_label(re.compile("Demonstration")).check()
    journey.go_on(page)
    page.goto(f"{origin}/book/time?language=en")


def _stop_the_work(page: Page) -> None:
    """The worker's script never comes: the page stays as it looks while it computes."""
    page.route("**/proof-worker*", lambda route: None)


def test_the_browser_works_by_itself_and_the_time_is_held(
    busy: World, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en").new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    _to_times(page, busy.origin)
    with page.expect_response(lambda answer: answer.status == 429):
        page.locator("button[name=starts_at]").first.click()
    page.wait_for_url("**/book/person")
    assert page.locator("[data-seconds-left]").is_visible()
    assert faults == []


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "de"), ({"width": 1280, "height": 900}, "en")])
def test_axe_finds_nothing_on_the_challenge_and_its_progress_is_told(
    busy: World, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale="en").new_page()
    _to_times(page, busy.origin)
    page.goto(f"{page.url}&lang={locale}")
    _stop_the_work(page)
    page.locator("button[name=starts_at]").first.click()
    page.get_by_role("progressbar").wait_for()
    assert page.get_by_role("status").inner_text() != ""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("() => axe.run(document)")
    assert [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found["violations"]] == []
    assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")


def test_a_browser_that_cannot_compute_is_offered_the_other_way(
    busy: World, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en").new_page()
    _to_times(page, busy.origin)
    page.route("**/proof-worker*", lambda route: route.abort())
    page.locator("button[name=starts_at]").first.click()
    page.get_by_text("Your browser could not do it").wait_for()
    assert page.get_by_role("button", name="Send the code").is_visible()
    page.unroute("**/proof-worker*")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/book/person")


def test_without_scripts_the_code_by_mail_opens_the_way(busy: World) -> None:
    email = fresh_address()
    with PlainBrowser(busy.origin, address=CHROMIUM_COMES_FROM) as browser:
        chosen = to_times(browser).offered_times()[0]
        assert hold(browser, chosen).page.status_code == 429
        assert "Without JavaScript" in browser.text
        browser.post("/book/address/early", {**_hidden(browser), "email": email})
        code = code_in(browser.mailbox, email)
        browser.post("/book/address/early/code", {**_hidden(browser), "code": code})
        assert browser.path == "/book/person"
        assert browser.value_of("email") == email
        assert hold(to_times(browser), chosen).path == "/book/person"


def test_a_neighbour_in_another_network_notices_nothing(busy: World, plain: PlainBrowser) -> None:
    assert hold(to_times(plain), plain.offered_times()[0]).path == "/book/person"


def _hidden(browser: PlainBrowser) -> dict[str, str]:
    """What the form carries along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', browser.page.text)
    return {name: value for name, value in found if name not in ("csrf_token", "proof_of_work")}
