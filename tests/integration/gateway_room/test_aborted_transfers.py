"""Browsers that go away in the middle of a document leave nothing behind: no file, connection or object."""

from __future__ import annotations

import json
import random
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deploy.dev.platform import Platform
from gateway.receiving import MOST_AT_ONCE
from gateway.settings import GatewaySettings
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings
from tests.documents.good import large_pdf
from tests.load.documents import http
from tests.load.documents.rooms import Rooms, Seat, rooms
from tests.load.documents.up_down import FORM, HEAD, TAIL
from tests.load.sfu.process import newest_child
from tests.service_process import PATIENCE, eventually

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
AT_ONCE = 12
ANSWERED_AT_ONCE = GatewaySettings.threads + MOST_AT_ONCE
"""As many requests go on at the same time, whoever has gone away; each may need a connection to a store."""
ABORTED = 2 * ANSWERED_AT_ONCE
DOCUMENT = large_pdf(3_000_000)
BODY = HEAD + DOCUMENT + TAIL
OPEN_STATES = ("01", "08")
"""Established; closed by the other side alone."""
POOLED = ("amqp", "redis", "s3")
"""Connections that are kept for the next request: how many says only how many were answered at once."""


@dataclass
class Files:
    """The files entry, and who is in its rooms."""

    platform: Platform
    opened: Rooms

    @property
    def port(self) -> int:
        return self.platform.site.port("gateway-files")

    def share(self, seat: Seat) -> str:
        """The id of a document that came in whole."""
        headers = {**seat.headers, "Content-Type": FORM}
        answer = http.ask(self.port, "POST", seat.path, headers, (BODY,))
        assert answer.status == 201, answer.body
        return str(json.loads(answer.body)["document_id"])

    def held(self) -> Counter[str]:
        """What its process has open to each of POOLED, and else, once all who have gone away are let go."""
        eventually(lambda: self._connected() == 0)
        worker = psutil.Process(newest_child(self.platform.child_id("gateway-files")))
        ports = {self.platform.site.port(name): name for name in POOLED}
        leads = [ports.get(one.raddr.port) for one in worker.net_connections("inet") if one.raddr]
        held = Counter(name for name in leads if name is not None)
        held["else"] = worker.num_fds() - held.total()
        return held

    def lets_go(self, before: Counter[str]) -> None:
        """Fails if it keeps anything of requests that nobody waits for any more."""
        eventually(lambda: self.held()["else"] <= before["else"], instead=lambda: f"{before} {self.held()}")
        assert all(self.held()[name] <= ANSWERED_AT_ONCE for name in POOLED), self.held()

    def _connected(self) -> int:
        """Connections of browsers on its side (proc_pid_net(5)), be they half closed."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(row[1].endswith(f":{self.port:04X}") and row[3] in OPEN_STATES for row in rows)

    def objects(self) -> int:
        """Documents in the bucket."""
        with closing(Objects(load(ObjectSettings, self.platform.env("media-control")))) as owner:
            return len(list(owner.names("")))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    parts = ("gateway-files", "media-control")
    folder = tmp_path_factory.mktemp("aborted")
    with Platform(folder, only=parts, environment="test") as platform, rooms(platform) as opened:
        yield Files(platform, opened)


def request(method: str, path: str, seat: Seat, more: dict[str, str]) -> bytes:
    headers = {"Host": "localhost", **seat.headers, **more}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()


def hang_up(connection: socket.socket, chance: random.Random) -> None:
    """Politely, or as when the line breaks."""
    if chance.random() < 0.5:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def begin_to_send(files: Files, seat: Seat, number: int) -> None:
    chance = random.Random(number)
    with socket.create_connection((HOST, files.port), timeout=PATIENCE) as connection:
        announced = {"Content-Type": FORM, "Content-Length": str(len(BODY))}
        connection.sendall(request("POST", seat.path, seat, announced))
        connection.sendall(BODY[: chance.randrange(len(BODY) - len(TAIL))])
        hang_up(connection, chance)


def begin_to_fetch(files: Files, seat: Seat, document_id: str, number: int) -> None:
    chance = random.Random(number)
    with socket.create_connection((HOST, files.port), timeout=PATIENCE) as connection:
        connection.sendall(request("GET", f"{seat.path}/{document_id}", seat, {}))
        left = chance.randrange(1, len(DOCUMENT))
        while left > 0:
            left -= len(connection.recv(65_536))
        hang_up(connection, chance)


def many(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(count, AT_ONCE))


def test_uploads_that_break_off_leave_nothing(files: Files) -> None:
    seats = [files.opened.seat() for _ in range(AT_ONCE)]
    files.share(seats[0])
    before = files.held()

    def abort(number: int) -> None:
        begin_to_send(files, seats[number % AT_ONCE], number)

    with many(ABORTED) as crowd:
        list(crowd.map(abort, range(ABORTED)))
    files.lets_go(before)
    assert eventually(lambda: files.objects() == 1, PATIENCE)
    files.share(seats[1])  # and there is room for who comes now


def test_downloads_that_nobody_finishes_leave_nothing(files: Files) -> None:
    seat = files.opened.seat()
    document_id = files.share(seat)
    before = files.held()

    def abort(number: int) -> None:
        begin_to_fetch(files, seat, document_id, number)

    with many(ABORTED) as crowd:
        list(crowd.map(abort, range(ABORTED)))
    files.lets_go(before)
    fetched = http.ask(files.port, "GET", f"{seat.path}/{document_id}", seat.headers)
    assert fetched.body == DOCUMENT
