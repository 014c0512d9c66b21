"""A worker is killed in mid-call, again and again: how long until both people see a moving picture.

Two browsers in a call of the whole platform; the killed process is started again at once, as Kubernetes does.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Page

from deploy.dev.platform import Platform
from tests.browser import chromium
from tests.e2e import journey
from tests.e2e.main_path import MainPath
from tests.e2e.world import world

WORKER = "media-worker"
SETTLED_SECONDS = 10.0
"""Between two deaths, so that each finds a call that is up and quiet."""
_WATCH = """
() => {
  const video = document.querySelector("video[data-remote]");
  window.moving = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("no picture")), 60_000);
    const before = video.srcObject;
    let after = 0;
    const frame = () => {
      if (video.srcObject !== before) after += 1;
      if (after < 10) return video.requestVideoFrameCallback(frame);
      clearTimeout(late);
      resolve(Date.now() / 1000);
    };
    video.requestVideoFrameCallback(frame);
  });
}
"""
"""When the tenth frame of the new connection is shown: one may be up before anybody misses a picture."""


def measure(platform: Platform, times: int) -> list[float]:
    """Seconds from the kill to the moving picture, of both pages each time."""
    with _call(platform) as pages:
        found = []
        for number in range(1, times + 1):
            found += _killed(platform, pages)
            print(f"  {number}: {found[-2]:.1f} s and {found[-1]:.1f} s", flush=True)
        return found


def _killed(platform: Platform, pages: tuple[Page, Page]) -> list[float]:
    time.sleep(SETTLED_SECONDS)
    for page in pages:
        page.evaluate(_WATCH)
    killed = time.time()
    os.kill(platform.child_id(WORKER), signal.SIGKILL)
    platform.supervisor.restart(WORKER)
    found = [page.evaluate("window.moving") - killed for page in pages]
    for page in pages:
        journey.wait_until_live(page)
    return found


@contextmanager
def _call(platform: Platform) -> Iterator[tuple[Page, Page]]:
    """A citizen and an agent who see each other."""
    stage = world(platform)
    try:
        with chromium() as browser:
            context = partial(browser.new_context, locale="en-GB", viewport={"width": 1280, "height": 900})
            path = MainPath(stage, journey.open_page(context()), journey.open_page(context()))
            path.book()
            path.receive_mail()
            path.meet()
            yield path.citizen, path.agent
    finally:
        stage.close()
