"""`make smoke`: does it work on this machine?  The main path once, a line per step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Error

from deploy.dev.platform import Running
from tests.browser import chromium
from tests.e2e.journey import open_page
from tests.e2e.main_path import MainPath
from tests.e2e.world import world


def walk(platform: Running, say: Callable[[str], None]) -> dict[str, int | float | str]:
    """Walk the main path; returns the figures.  Raises AssertionError where a step fails.

    The platform's clock is put back to where it was.
    """
    stage = world(platform)
    before = stage.machine.read().shift
    try:
        with chromium() as browser:
            pages = partial(browser.new_context, locale="en-GB", viewport={"width": 1280, "height": 900})
            return _figures(MainPath(stage, open_page(pages()), open_page(pages()), say))
    except Error as failure:
        raise AssertionError(str(failure)) from failure
    finally:
        stage.machine.shift(before)
        stage.close()


def _figures(path: MainPath) -> dict[str, int | float | str]:
    path.book()
    path.receive_mail()
    path.meet()
    by_citizen, by_agent = path.watch()
    path.talk()
    identical = path.exchange_files()
    path.reload()
    path.end()
    left = path.be_forgotten()
    return {
        "frames_citizen": by_citizen.frames,
        "frames_agent": by_agent.frames,
        "file_identical": int(identical),
        "mail_received": 1,
        "forgotten": int(left.nothing),
    }
