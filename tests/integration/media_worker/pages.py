"""Bare pages of a real browser whose offers go straight to a worker, for its tests and its benches."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.bad_line import BadLine
from tests.service_process import PATIENCE, eventually

ROOT = Path(__file__).parents[3]
NODE = "sfu-node-1"
PAGE = "<!doctype html><title>call</title><script src=/page.js></script>"


def build(folder: Path) -> Path:
    """The signalling code and the bare page's script, built as the site builds its own."""
    target = folder / "page.js"
    esbuild = shutil.which("esbuild", path=str(ROOT / "node_modules/.bin"))
    assert esbuild, "front-end packages are not installed"
    entry = Path(__file__).parent / "page.ts"
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    command = [esbuild, str(entry), "--bundle", "--format=iife", f"--outfile={target}", "--log-level=warning"]
    subprocess.run(command, check=True, env={"PATH": path})
    return target


@contextmanager
def served(bundle: Path) -> Iterator[str]:
    """Serve the page from loopback, where browsers give out the camera; its address."""
    handler = partial(
        _Site, {"/": ("text/html", PAGE.encode()), "/page.js": ("text/javascript", bundle.read_bytes())}
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Site(BaseHTTPRequestHandler):
    def __init__(self, files: dict[str, tuple[str, bytes]], *args: Any) -> None:
        self._files = files
        super().__init__(*args)

    def do_GET(self) -> None:
        kind, content = self._files.get(self.path, ("text/plain", b""))
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


Relays = Sequence[dict[str, Any]]
"""As `RTCIceServer` of browsers."""


class Client:
    """One participant in a page of his own."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name

    def join(self, relays: Relays = (), policy: str = "all") -> None:
        """Open the devices and connect; returns when media can flow."""
        self.dial(relays, policy)
        self.page.wait_for_function("window.call.state === 'connected'", timeout=PATIENCE * 1000)

    def dial(self, relays: Relays = (), policy: str = "all") -> None:
        """Open the devices and begin to connect."""
        self.page.evaluate("([relays, policy]) => join(relays, policy)", [relays, policy])

    def figures(self) -> dict[str, float]:
        """Frames decoded and sound received, from getStats."""
        figures: dict[str, float] = self.page.evaluate("figures()")
        return figures

    def until(self, expression: str, arg: Any = None, seconds: float = PATIENCE) -> Any:
        """What the page says as soon as that is true; fails after `seconds`.

        Not by `wait_for_function`, to which a promise is true before it is kept.
        """
        return eventually(lambda: self.page.evaluate(expression, arg), seconds)

    def wait_for_frames(self, more: int, mid: str = "") -> float:
        """Until that many more frames are decoded; the number of them in all."""
        total: float = self.page.evaluate("([mid, more]) => moreFrames(mid, more)", [mid, more])
        return total


Answered = Callable[[str], str]
"""What becomes of an answer on its way to the page."""


def through(line: BadLine) -> Answered:
    """The page meets the node behind that line, and nowhere else."""

    def moved(sdp: str) -> str:
        return re.sub(r"(a=candidate:.*) \d+ typ host", rf"\1 {line.port} typ host", sdp)

    return moved


class Pages:
    """Pages whose offers go to the worker over the bus."""

    def __init__(self, browser: Browser, site: str, rpc: RpcClient) -> None:
        self._browser, self._site, self._rpc = browser, site, rpc
        self._contexts: list[Any] = []

    def open(self, room: str, name: str, answered: Answered = str) -> Client:
        """A page of that participant's, who has not joined yet."""
        context = self._browser.new_context()
        context.set_default_timeout(PATIENCE * 1000)
        self._contexts.append(context)
        page = context.new_page()
        page.expose_function("exchange", partial(self._exchange, room, name, answered))
        page.goto(self._site)
        return Client(page, name)

    def _exchange(self, room: str, name: str, answered: Answered, offer: str) -> str:
        request = sfu.ConnectParticipant(room_id=room, participant_id=name, epoch=1, offer_sdp=offer)
        answer = self._rpc.call(request, service=NODE)
        slots = [{"slot": s.slot, "participantId": s.participant_id} for s in answer.slots]
        return json.dumps({"sdp": answered(answer.answer_sdp), "slot": answer.slot, "slots": slots})

    def close(self) -> None:
        for context in self._contexts:
            context.close()
