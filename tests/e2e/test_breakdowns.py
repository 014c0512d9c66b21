"""Parts that die in mid-call: nobody is thrown out, nothing said is lost, and pages say what happens."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.media_seen import watch
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


@pytest.fixture
def call(stage: World, new_context: Callable[..., BrowserContext]) -> MainPath:
    """Two people who see each other."""
    citizen, agent = (journey.open_page(new_context(locale="en-GB")) for _ in range(2))
    path = MainPath(stage, citizen, agent)
    path.book()
    path.receive_mail()
    path.meet()
    return path


def test_a_call_outlives_the_events_process_and_its_sfu(call: MainPath, platform: Platform) -> None:
    platform.supervisor.end("gateway-events")
    journey.write(call.citizen, "said while nobody told of it")
    platform.supervisor.restart("gateway-events")
    call.agent.get_by_text("said while nobody told of it").wait_for()

    os.kill(platform.child_id("media-worker"), signal.SIGKILL)
    for page in (call.citizen, call.agent):
        page.locator("[data-call]:not([data-stage=live])").wait_for()
    platform.supervisor.restart("media-worker")
    for page in (call.citizen, call.agent):
        journey.wait_until_live(page)
        assert watch(page).frames >= 30


def test_a_service_that_is_away_is_said_to_be_so_and_can_be_tried_again(
    call: MainPath, platform: Platform
) -> None:
    platform.supervisor.end("media-control")
    try:
        with PlainBrowser(call.world.origin) as plain:
            plain.open(call.mail.link)
            assert plain.page.status_code in (503, 504)
            assert "Traceback" not in plain.page.text
            assert "Try again" in plain.text
    finally:
        platform.supervisor.restart("media-control")
    call.citizen.reload()
    journey.wait_until_live(call.citizen)
