"""Debian's browsers with a false camera and microphone, for tests and for `make smoke`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from tests.service_process import PATIENCE

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",  # the user namespace that it needs is closed in containers and to root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PATIENCE_MS = PATIENCE * 1000
"""What a page is waited for, at most; for `expect` of all tests in browsers, too."""
FIREFOX = Path(__file__).parent / "firefox_launcher.py"
# Nobody is asked; and who has no leave for good goes by the default route alone, never to loopback.
PREFERENCES: dict[str, str | float | bool] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "permissions.default.camera": 1,
    "permissions.default.microphone": 1,
    "media.peerconnection.ice.loopback": True,
}

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium. Its contexts share nothing: two of them are two people."""
    with sync_playwright() as playwright, opened_chromium(playwright) as browser:
        yield browser


@contextmanager
def opened_chromium(playwright: Playwright) -> Iterator[Browser]:
    """The same, beside another browser of the same driver, of which a thread can have only one."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--headless=new"])
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def opened_firefox(playwright: Playwright) -> Iterator[Browser]:
    """Run a headless Firefox ESR, by WebDriver BiDi: what the channel stands for is Mozilla's own Firefox."""
    browser = playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=FIREFOX,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        firefox_user_prefs=PREFERENCES,
    )
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open a context for each person, with Playwright's options; all of them are closed at the end."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(**options))
        opened[-1].set_default_timeout(PATIENCE_MS)
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()
