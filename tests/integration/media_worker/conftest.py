"""A broker and one SFU worker as real processes, and pages of a real Chromium with fake devices."""

import json
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue
from playwright.sync_api import Browser, Page

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu

ROOT = Path(__file__).parents[3]
NODE = "sfu-node-1"
PAGE = "<!doctype html><title>call</title><script src=/page.js></script>"


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The broker and the worker, nothing else."""
    with Platform(tmp_path_factory.mktemp("node"), only=("media-worker",), environment="test") as started:
        yield started


@pytest.fixture(scope="session")
def rpc(node: Platform) -> Iterator[RpcClient]:
    """Requests with the rights of media's control part."""
    client = RpcClient(node.env("media-control")["AMQP_URL"], "media")
    yield client
    client.close()


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Return as soon as it is true; fail the test if it does not become so."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


class Told:
    """Events of all SFU nodes, as they come."""

    def __init__(self, url: str) -> None:
        self._events: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._follow, args=(url,))
        self._thread.start()
        assert self._ready.wait(10)

    def _follow(self, url: str) -> None:
        exchange = Exchange("sfu.events", "topic", durable=True, passive=True)
        follower = Queue("test-follower", exchange, "#", exclusive=True, auto_delete=True, durable=False)
        with Connection(url) as connection, connection.Consumer(follower, callbacks=[self._take]):
            self._ready.set()
            while not self._stopping.is_set():
                try:
                    connection.drain_events(timeout=0.2)
                except TimeoutError:
                    continue

    def _take(self, body: Any, message: Any) -> None:
        self._events.put((message.delivery_info["routing_key"], body))
        message.ack()

    def wait_for(self, kind: type, timeout: float = 10, **fields: Any) -> dict[str, Any]:
        """The next event of that kind with these fields; others are passed over."""
        while True:
            event_type, body = self._events.get(timeout=timeout)
            if event_type == kind.type and fields.items() <= body.items():
                return body

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()


@pytest.fixture
def told(node: Platform) -> Iterator[Told]:
    follower = Told(node.urls["amqp"])
    yield follower
    follower.close()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The signalling code and the bare page's script, built as the site builds its own."""
    target = tmp_path_factory.mktemp("page") / "page.js"
    esbuild = shutil.which("esbuild", path=str(ROOT / "node_modules/.bin"))
    assert esbuild, "front-end packages are not installed"
    entry = Path(__file__).parent / "page.ts"
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    command = [esbuild, str(entry), "--bundle", "--format=iife", f"--outfile={target}", "--log-level=warning"]
    subprocess.run(command, check=True, env={"PATH": path})
    return target


@pytest.fixture(scope="session")
def site(bundle: Path) -> Iterator[str]:
    """Serves the page from loopback, where browsers give out the camera."""
    handler = partial(
        _Site, {"/": ("text/html", PAGE.encode()), "/page.js": ("text/javascript", bundle.read_bytes())}
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
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


class Client:
    """One participant in a page of his own."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name

    def join(self) -> None:
        """Open the devices and connect; returns when media can flow."""
        self.page.evaluate("join()")
        self.page.wait_for_function("window.call.state === 'connected'", timeout=15_000)

    def figures(self) -> dict[str, float]:
        """Frames decoded and sound received, from getStats."""
        figures: dict[str, float] = self.page.evaluate("figures()")
        return figures

    def wait_for_frames(self, more: int, mid: str = "") -> float:
        """Until that many more frames are decoded; the number of them in all."""
        total: float = self.page.evaluate("([mid, more]) => moreFrames(mid, more)", [mid, more])
        return total


@pytest.fixture
def enter(browser: Browser, site: str, rpc: RpcClient) -> Iterator[Callable[[str, str], Client]]:
    """`enter(room, name)`: a page whose offers go to the worker over the bus."""
    contexts = []

    def exchange(room: str, name: str, offer: str) -> str:
        request = sfu.ConnectParticipant(room_id=room, participant_id=name, epoch=1, offer_sdp=offer)
        answer = rpc.call(request, service=NODE)
        slots = [{"slot": s.slot, "participantId": s.participant_id} for s in answer.slots]
        return json.dumps({"sdp": answer.answer_sdp, "slot": answer.slot, "slots": slots})

    def open_page(room: str, name: str) -> Client:
        context = browser.new_context()
        contexts.append(context)
        page = context.new_page()
        page.expose_function("exchange", partial(exchange, room, name))
        page.goto(site)
        return Client(page, name)

    yield open_page
    for context in contexts:
        context.close()
