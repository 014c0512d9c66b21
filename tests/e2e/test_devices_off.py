"""Microphone and camera that are off: the other side reads so, and nobody without a camera goes unheard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.media_seen import KEEP_PEERS
from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

NO_CAMERA = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wish) =>
  wish.video ? Promise.reject(new DOMException("none", "NotFoundError")) : ask(wish);
"""
PLAYED = """async () => [...(await window.peers.at(-1).getStats()).values()].some(
  ({ type, kind, totalAudioEnergy }) => type === "inbound-rtp" && kind === "audio" && totalAudioEnergy > 0)"""
"""A browser counts the energy of a sound only when it plays it."""


def press(page: Page, tool: str) -> None:
    page.locator(f"[data-tool={tool}]").click()


def stands(page: Page, stage: str) -> None:
    page.locator(f"[data-call][data-stage={stage}]").wait_for()


def test_what_is_off_is_said_and_who_has_no_camera_is_heard(
    stage: World, new_context: Callable[..., BrowserContext]
) -> None:
    citizen, agent = (journey.open_page(new_context(locale="en-GB")) for _ in range(2))
    path = MainPath(stage, citizen, agent)
    path.book()
    path.receive_mail()
    path.meet()

    citizen.add_init_script(NO_CAMERA)
    citizen.reload()
    stands(agent, "camera-off")
    agent.add_init_script(KEEP_PEERS)
    agent.reload()  # so that it has never had a picture of him
    stands(agent, "camera-off")
    agent.get_by_text("The camera of the other side is off.").wait_for()
    agent.wait_for_function(PLAYED)

    journey.wait_until_live(citizen)
    muted = citizen.get_by_text("The microphone of the other side is off.")
    expect(muted).to_be_hidden()
    press(agent, "microphone")
    muted.wait_for()
    press(agent, "camera")
    stands(citizen, "both-off")
    press(agent, "microphone")
    stands(citizen, "camera-off")
    expect(muted).to_be_hidden()
    citizen.reload()  # what was said before it was opened still holds
    stands(citizen, "camera-off")
    press(agent, "camera")
    journey.wait_until_live(citizen)
