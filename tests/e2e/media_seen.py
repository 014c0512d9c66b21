"""What really arrives at a page: frames decoded, pixels that change, sound."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

FRAMES = 30
QUIETEST = 0.02
"""Peak that counts as sound."""
_LIMIT_MS = 120_000
"""A promise in a page has no time-out of its own."""

_COUNT_FRAMES = """
([wanted, limit]) => new Promise((resolve) => {
  const video = document.querySelector("video[data-remote]");
  const canvas = new OffscreenCanvas(64, 36).getContext("2d", { willReadFrequently: true });
  const look = () => {
    canvas.drawImage(video, 0, 0, 64, 36);
    return canvas.getImageData(0, 0, 64, 36).data;
  };
  const first = look();
  let frames = 0, changed = 0;
  const tell = () => {
    clearTimeout(timer);
    resolve({ frames, changed, stage: document.querySelector("[data-call]").dataset.stage });
  };
  const timer = setTimeout(tell, limit);
  const count = () => {
    frames += 1;
    const now = look();
    let different = 0;
    for (let i = 0; i < now.length; i += 4) different += Math.abs(now[i + 1] - first[i + 1]) > 24 ? 1 : 0;
    changed = Math.max(changed, different);
    if (frames < wanted || changed === 0) video.requestVideoFrameCallback(count);
    else tell();
  };
  video.requestVideoFrameCallback(count);
})
"""

_HEAR = """
([quietest, limit]) => new Promise((resolve) => {
  const stream = document.querySelector("video[data-remote]").srcObject;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const until = performance.now() + limit;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (peak < quietest && performance.now() < until) return;
    clearInterval(timer);
    void context.close();
    resolve(peak);
  }, 20);
})
"""


KEEP_PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super(configuration);
    window.peers.push(this);
  }
};
"""
"""For pages in Firefox, before they are opened: `window.peers` has all peer connections of the page."""

_DECODED = """
([quietest, limit]) => new Promise((resolve) => {
  const until = performance.now() + limit;
  const isSound = ({ type, kind }) => type === "inbound-rtp" && kind === "audio";
  const look = async () => {
    const found = await window.peers.at(-1).getStats();
    const loudest = Math.max(...[...found.values()].filter(isSound).map((report) => report.audioLevel ?? 0));
    if (loudest >= quietest || performance.now() > until) resolve(loudest);
    else setTimeout(look, 20);
  };
  void look();
})
"""
_LISTEN = {"chromium": _HEAR, "firefox": _DECODED}
"""Without a loudspeaker no AudioContext of Firefox ever runs; it says how loud is what it decodes."""


@dataclass(frozen=True)
class Seen:
    frames: int
    changed_pixels: int
    loudness: float
    """Peak of the sound that arrived, 0 to 1."""


def watch(page: Page) -> Seen:
    """Wait until enough frames were shown, their pixels differ, and sound was heard.

    Raises AssertionError, which says what was seen, if that takes too long.
    """
    picture = page.evaluate(_COUNT_FRAMES, [FRAMES, _LIMIT_MS])
    assert picture["frames"] >= FRAMES, f"the picture stands: {picture}"
    assert picture["changed"], f"the picture is the same in each frame: {picture}"
    loudness = page.evaluate(_LISTEN[_browser_of(page)], [QUIETEST, _LIMIT_MS])
    assert loudness >= QUIETEST, f"no sound: the loudest was {loudness}"
    return Seen(picture["frames"], picture["changed"], loudness)


def _browser_of(page: Page) -> str:
    browser = page.context.browser
    assert browser is not None
    return browser.browser_type.name
