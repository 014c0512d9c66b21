"""How long a browser takes into a call that is on: from its offer to the first frame it shows."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.browser import chromium
from tests.integration.media_worker.pages import NODE, Client, Pages, build, served

_ROOM = "joins"
FIRST_FRAME = """
() => new Promise((resolve, reject) => {
  const offered = new Promise((made) => {
    const exchange = window.exchange;
    window.exchange = (offer) => { made(performance.now()); return exchange(offer); };
  });
  const late = setTimeout(() => reject(new Error("no picture")), 20_000);
  const look = (video) => video.requestVideoFrameCallback(async () => {
    clearTimeout(late);
    resolve((performance.now() - (await offered)) / 1000);
  });
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    for (const video of added.filter((node) => node.tagName === "VIDEO")) look(video);
  }).observe(document.body, { childList: true });
  join();
})
"""


def measure(platform: Platform, times: int) -> list[float]:
    """Seconds of so many joins, one after the other, each by a page of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rpc = stack.enter_context(closing(RpcClient(platform.env("media-control")["AMQP_URL"], "media")))
        site, browser = stack.enter_context(served(build(folder))), stack.enter_context(chromium())
        pages = stack.enter_context(closing(Pages(browser, site, rpc)))
        agent = pages.open(_ROOM, "agent")
        agent.join()
        found = [_one(pages.open(_ROOM, "citizen")) for _ in range(times)]
        rpc.call(sfu.CloseRoom(room_id=_ROOM), service=NODE)
    return found


def _one(citizen: Client) -> float:
    seconds: float = citizen.page.evaluate(FIRST_FRAME)
    citizen.page.context.close()
    return seconds
