"""An operator empties machines under a call: it moves, waits where there is no place, goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World
from tests.service_process import Replicas, ServiceProcess, eventually

pytestmark = pytest.mark.e2e

FLEET = "/console/fleet/"


@pytest.fixture
def second_worker(platform: Platform, tmp_path: Path) -> Iterator[ServiceProcess]:
    workers = Replicas(tmp_path)
    address = {"NODE_ID": "node-2", "UDP_PORT": "0"}
    yield workers.start("services.media.worker", platform.env("media-worker") | address)
    workers.close()


@pytest.fixture
def operator(stage: World) -> Iterator[PlainBrowser]:
    """Without scripts, as every page of the console works."""
    with PlainBrowser(stage.origin) as browser:
        browser.log_in("/console/", "Otto Demo")
        assert browser.path == FLEET
        yield browser
        browser.open(f"{FLEET}node-1/").post(f"{FLEET}node-1/resume")


def is_empty(operator: PlainBrowser, node: str) -> bool:
    return "None: this machine can be switched off." in operator.open(f"{FLEET}{node}/").text


def both(call: MainPath) -> tuple[Page, Page]:
    return call.citizen, call.agent


def test_a_call_is_moved_waits_for_its_turn_and_goes_on(
    call: MainPath, second_worker: ServiceProcess, operator: PlainBrowser
) -> None:
    operator.open(f"{FLEET}node-1/drain").post(f"{FLEET}node-1/drain", {"moves": "yes"})
    eventually(lambda: is_empty(operator, "node-1"))
    eventually(lambda: second_worker.metric("sfu_calls") == 1)
    for page in both(call):
        journey.wait_until_live(page)

    second_worker.terminate()
    for page in both(call):
        page.locator("[data-call][data-stage=busy]").wait_for(timeout=journey.CONNECTED_MS)
        page.get_by_text("One moment, please: all lines are taken.").wait_for()
        page.get_by_text("Yours is the next call.").wait_for()
    assert "Calls that wait for a place 1" in operator.open(FLEET).text

    operator.open(f"{FLEET}node-1/").post(f"{FLEET}node-1/resume")
    for page in both(call):
        journey.wait_until_live(page)
