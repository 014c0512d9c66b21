"""What happens to a person's device in mid-call: it sleeps, its network changes, its camera is taken away."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.bad_line import BadLine

_RECORD = """
() => {
  const call = document.querySelector("[data-call]");
  window.stages = [call.dataset.stage];
  new MutationObserver(() => window.stages.push(call.dataset.stage))
    .observe(call, { attributes: true, attributeFilter: ["data-stage"] });
}
"""
_CAME_BACK = "() => window.stages.length > 1 && window.stages.at(-1) === 'live'"

OBSERVED = """
window.taken = [];
window.peers = [];
window.sources = [];
const give = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await give(wish);
  window.taken.push(...stream.getTracks());
  return stream;
};
const Peer = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Peer {
  constructor(configuration) {
    super(configuration);
    window.peers.push(this);
  }
};
"""
"""What the page opens, for the tests that interrupt it."""

_TAKE_AWAY = """
() => {
  for (const track of window.taken.splice(0)) {
    track.stop();
    track.dispatchEvent(new Event("ended"));
  }
}
"""


def behind(line: BadLine) -> str:
    """A script by which a page meets the node at the line's port instead of its own."""
    moved = rf'sdp.replace(/(a=candidate:.*) \d+ typ host/g, "$1 {line.port} typ host")'
    return f"""
const set = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function ({{ type, sdp }}) {{
  return set.call(this, {{ type, sdp: {moved} }});
}};
"""


def record(page: Page) -> None:
    """Remember from now on what the page says of the call."""
    page.evaluate(_RECORD)


def wait_until_back(page: Page) -> list[str]:
    """Until the page has said that the picture is not live, and then that it is; all that it has said."""
    page.wait_for_function(_CAME_BACK, timeout=120_000)
    said: list[str] = page.evaluate("window.stages")
    return said


def stages(page: Page) -> list[str]:
    """What the page has said of the call since `record`; a page that was loaded anew has forgotten it."""
    said: list[str] = page.evaluate("window.stages ?? []")
    return said


def take_devices_away(page: Page) -> None:
    """As a phone does while it is locked, or when somebody calls."""
    page.evaluate(_TAKE_AWAY)


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """All of a browser stands still, as on a phone whose processor rests; none of its sockets is closed."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    own = [process["id"] for process in found]
    for process in own:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(own):
            os.kill(process, signal.SIGCONT)
