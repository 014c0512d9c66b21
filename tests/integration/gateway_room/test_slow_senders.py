"""Who begins to send a document and stops holds up nobody else; one person has only so many places."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from deploy.dev.platform import Platform
from gateway.settings import GatewaySettings
from tests.documents.good import large_pdf
from tests.load.documents.rooms import Rooms, Seat, rooms
from tests.load.documents.up_down import FORM, HEAD, TAIL, Gateway
from tests.service_process import PATIENCE

pytestmark = pytest.mark.integration

EACH = 4
"""Documents of one person at a time."""
PERSONS = GatewaySettings.threads // EACH + 1
"""Together they would take all threads that there are for other requests."""
DOCUMENT = large_pdf(300_000)
BODY = HEAD + DOCUMENT + TAIL

Sender = Callable[[Seat], socket.socket]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    parts, folder = ("gateway-files", "media-control"), tmp_path_factory.mktemp("slow")
    with Platform(folder, only=parts, environment="test") as started:
        yield started


@pytest.fixture(scope="module")
def opened(platform: Platform) -> Iterator[Rooms]:
    with rooms(platform) as found:
        yield found


@pytest.fixture
def begin(platform: Platform) -> Iterator[Sender]:
    """Sends half of a document, and no more."""
    port = platform.site.port("gateway-files")
    with ExitStack() as kept:

        def sender(seat: Seat) -> socket.socket:
            connection = kept.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            announced = {"Host": "localhost", "Content-Type": FORM, "Content-Length": str(len(BODY))}
            lines = "".join(f"{name}: {value}\r\n" for name, value in (seat.headers | announced).items())
            connection.sendall(f"POST {seat.path} HTTP/1.1\r\n{lines}\r\n".encode())
            connection.sendall(BODY[: len(BODY) // 2])
            return connection

        yield sender


def test_many_who_stop_in_the_middle_hold_up_nobody(platform: Platform, opened: Rooms, begin: Sender) -> None:
    for seat in [opened.seat() for _ in range(PERSONS)]:
        for _ in range(EACH):
            begin(seat)
    _, document_id = Gateway(platform.site.port("gateway-files")).up(opened.seat(), DOCUMENT)
    assert document_id


def test_who_sends_too_many_at_once_is_told_so_though_he_stops(opened: Rooms, begin: Sender) -> None:
    """Which of them is one too many, chance says."""
    seat = opened.seat()
    answers = [begin(seat) for _ in range(EACH + 1)]
    told = [connection.recv(64).split(b"\r\n")[0] for connection in ready(answers)]
    assert b"HTTP/1.1 429 TOO MANY REQUESTS" in told


def ready(connections: list[socket.socket]) -> list[socket.socket]:
    """Those that are answered first."""
    return select.select(connections, [], [], PATIENCE)[0]
