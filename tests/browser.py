"""Debian's Chromium with a false camera and microphone, for tests and for `make smoke`."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

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


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium. Its contexts share nothing: two of them are two people."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--headless=new"])
        try:
            yield browser
        finally:
            browser.close()
