"""Devices that are off, no camera, another codec: the other side reads it, hears, and sees what it can."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.media_seen import KEEP_PEERS
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

NO_CAMERA = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wish) =>
  wish.video ? Promise.reject(new DOMException("none", "NotFoundError")) : ask(wish);
"""
PLAYED = """async () => [...(await window.peers.at(-1).getStats()).values()].some(
  ({ type, kind, totalAudioEnergy }) => type === "inbound-rtp" && kind === "audio" && totalAudioEnergy > 0)"""
"""A browser counts the energy of a sound only when it plays it."""

H264_ALONE = """
const all = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
RTCRtpReceiver.getCapabilities = (kind) => {
  const codecs = all(kind).codecs.filter(({ mimeType }) => mimeType !== "video/VP8");
  return { headerExtensions: [], codecs };
};
"""
SHOWN = """async () => {
  const found = await window.peers.at(-1).getStats();
  const pictures = [...found.values()].filter(({ type, kind }) => type === "inbound-rtp" && kind === "video");
  const moving = pictures.filter(({ framesDecoded }) => framesDecoded > 0);
  return moving.map(({ codecId }) => found.get(codecId).mimeType);
}"""


def press(page: Page, tool: str) -> None:
    page.locator(f"[data-tool={tool}]").click()


def stands(page: Page, stage: str) -> None:
    page.locator(f"[data-call][data-stage={stage}]").wait_for()


def test_what_is_off_is_said_and_who_has_no_camera_is_heard(call: MainPath) -> None:
    citizen, agent = call.citizen, call.agent

    citizen.add_init_script(NO_CAMERA)
    citizen.reload()
    stands(agent, "camera-off")
    agent.add_init_script(KEEP_PEERS)
    agent.reload()  # so that it has never had a picture of him
    stands(agent, "camera-off")
    agent.get_by_text("The camera of the other side is off.").wait_for()
    assert eventually(lambda: agent.evaluate(PLAYED)), "who has no camera is heard"

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


def test_who_can_show_h264_alone_sees_the_other_who_had_begun_in_vp8(call: MainPath) -> None:
    citizen, agent = call.citizen, call.agent
    for script in (KEEP_PEERS, H264_ALONE):
        citizen.add_init_script(script)
    citizen.reload()
    journey.wait_until_live(citizen)
    assert citizen.evaluate(SHOWN) == ["video/H264"]
    journey.wait_until_live(agent)
