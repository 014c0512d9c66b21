"""A broker and one SFU worker as real processes, and pages of a real Chromium with fake devices."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue
from playwright.sync_api import Browser

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from tests.integration.media_worker.pages import NODE, Client, Pages, build, served
from tests.service_process import PATIENCE

__all__ = ["NODE", "Client", "Told"]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The broker, the worker and the relay, nothing else."""
    folder = tmp_path_factory.mktemp("node")
    with Platform(folder, only=("media-worker", "relay"), environment="test") as started:
        yield started


@pytest.fixture(scope="session")
def rpc(node: Platform) -> Iterator[RpcClient]:
    """Requests with the rights of media's control part."""
    client = RpcClient(node.env("media-control")["AMQP_URL"], "media")
    yield client
    client.close()


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Return as soon as it is true; fail the test if it does not become so."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)


class Told:
    """Events of all SFU nodes, as they come."""

    def __init__(self, url: str) -> None:
        self._events: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._all: list[tuple[str, dict[str, Any]]] = []
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._follow, args=(url,))
        self._thread.start()
        assert self._ready.wait(PATIENCE)

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
        event = (message.delivery_info["routing_key"], body)
        self._all.append(event)
        self._events.put(event)
        message.ack()

    def wait_for(self, kind: type, timeout: float = PATIENCE, **fields: Any) -> dict[str, Any]:
        """The next event of that kind with these fields; others are passed over."""
        while True:
            event_type, body = self._events.get(timeout=timeout)
            if event_type == kind.type and fields.items() <= body.items():
                return body

    def so_far(self, kind: type, room_id: str) -> list[dict[str, Any]]:
        """Every event of that kind in a room, those that were waited for and those passed over."""
        return [body for type_, body in self._all if type_ == kind.type and body["room_id"] == room_id]

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()


@pytest.fixture
def told(node: Platform) -> Iterator[Told]:
    follower = Told(node.urls["amqp"])
    yield follower
    follower.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(build(tmp_path_factory.mktemp("page"))) as address:
        yield address


@pytest.fixture
def pages(browser: Browser, site: str, rpc: RpcClient) -> Iterator[Pages]:
    opened = Pages(browser, site, rpc)
    yield opened
    opened.close()


@pytest.fixture
def enter(pages: Pages) -> Callable[[str, str], Client]:
    """`enter(room, name)`: a page whose offers go to the worker over the bus."""
    return pages.open
