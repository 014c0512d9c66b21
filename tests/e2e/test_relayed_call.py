"""The call page in a network that lets nothing but TCP through: it takes the relay by itself."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from deploy.dev.platform import Platform
from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.media_seen import watch
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

NOTHING_BUT_TCP = """
window.peers = [];
window.RTCPeerConnection = class TcpAlone extends RTCPeerConnection {
  static narrowed(configuration) {
    const left = (urls) => urls.filter((url) => url.endsWith("transport=tcp"));
    const byTcp = (server) => ({ ...server, urls: left(server.urls) });
    const iceServers = (configuration.iceServers ?? []).map(byTcp);
    return { ...configuration, iceTransportPolicy: "relay", iceServers };
  }
  constructor(configuration) {
    super(TcpAlone.narrowed(configuration));
    window.peers.push(this);
  }
  setConfiguration(configuration) {
    super.setConfiguration(TcpAlone.narrowed(configuration));
  }
};
"""
"""What such a network would leave of the page's connection; the page knows nothing of it."""

_RELAYED_BY = """
async () => {
  const found = await window.peers.at(-1).getStats();
  const transport = [...found.values()].find((report) => report.type === "transport");
  return found.get(found.get(transport.selectedCandidatePairId).localCandidateId).relayProtocol;
}
"""


@pytest.fixture
def call(stage: World, new_context: Callable[..., BrowserContext]) -> MainPath:
    """Two people who see each other, the citizen by TCP alone."""
    citizen, agent = (new_context(locale="en-GB") for _ in range(2))
    citizen.add_init_script(NOTHING_BUT_TCP)
    return MainPath(stage, journey.open_page(citizen), journey.open_page(agent)).into_the_call()


def relayed_by(page: Page) -> str:
    found: str = page.evaluate(_RELAYED_BY)
    return found


def test_a_call_by_tcp_alone_outlives_its_relay(call: MainPath, platform: Platform) -> None:
    assert relayed_by(call.citizen) == "tcp"
    for seen in call.watch():
        assert seen.frames >= 30

    os.kill(platform.child_id("relay"), signal.SIGKILL)
    call.citizen.locator("[data-call]:not([data-stage=live])").wait_for()
    platform.supervisor.restart("relay")
    for page in (call.citizen, call.agent):
        journey.wait_until_live(page)
        assert watch(page).frames >= 30
    assert relayed_by(call.citizen) == "tcp"
    call.end()
