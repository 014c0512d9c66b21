"""Who is interrupted in mid-call comes back by himself: asleep, in another network, on a node that goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from deploy.dev.platform import Platform
from tests.bad_line import HOST, BadLine
from tests.browser import CHROMIUM, FLAGS
from tests.e2e import journey
from tests.e2e.interruptions import (
    OBSERVED,
    asleep,
    behind,
    record,
    take_devices_away,
    wait_until_back,
)
from tests.e2e.main_path import MainPath
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

NOTICED_MS = 120_000
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Browser]:
    """A browser of the citizen's own."""
    opened = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, "--headless=new"])
    yield opened
    opened.close()


def meet(stage: World, citizens: BrowserContext, agents: BrowserContext) -> MainPath:
    """A call in which the citizen's page can be interrupted."""
    citizens.add_init_script(OBSERVED)
    return MainPath(stage, journey.open_page(citizens), journey.open_page(agents)).into_the_call()


def test_a_phone_that_was_locked_comes_back_with_camera_and_messages(
    stage: World, phone: Browser, new_context: Callable[..., BrowserContext]
) -> None:
    path = meet(stage, phone.new_context(locale="en-GB", viewport=PHONE), new_context(locale="en-GB"))
    record(path.citizen)
    with asleep(phone):
        path.agent.get_by_text("The citizen is not connected at the moment.").wait_for(timeout=NOTICED_MS)
        journey.write(path.agent, "said while the phone slept")
        path.agent.get_by_text("said while the phone slept", exact=True).wait_for()
    wait_until_back(path.citizen)
    path.citizen.get_by_text("said while the phone slept", exact=True).wait_for()
    path.watch()

    take_devices_away(path.citizen)
    path.citizen.wait_for_function("() => window.taken.length === 2")
    path.watch()
    assert path.citizen.locator("video[data-own]").evaluate("own => own.srcObject.active")


def test_a_call_goes_on_in_another_network(
    stage: World, platform: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    with BadLine((HOST, int(platform.env("media-worker")["UDP_PORT"]))) as line:
        citizens = new_context(locale="en-GB", viewport=PHONE)
        citizens.add_init_script(behind(line))
        citizens.route("**/relay?*", lambda route: route.fulfill(json={"ice_servers": []}))
        path = meet(stage, citizens, new_context(locale="en-GB"))
        former = line.browsers
        record(path.citizen)

        line.passes = lambda browser: browser not in former
        citizens.set_offline(True)
        path.citizen.get_by_text("Nothing arrives from the other side").wait_for(timeout=NOTICED_MS)
        journey.write(path.agent, "said in between")
        citizens.set_offline(False)

        wait_until_back(path.citizen)
        path.citizen.get_by_text("said in between", exact=True).wait_for()
        path.watch()
        assert path.citizen.evaluate("window.peers.length") == 1, "new credentials are enough"
