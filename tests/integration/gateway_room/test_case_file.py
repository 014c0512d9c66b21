"""A document on its way to the case file, over real TLS: what arrives, who is believed, what is certain."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import ssl
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from deploy.dev.case_file.shelf import Shelf
from deploy.dev.platform import Platform
from deploy.dev.servers.case_file import case_file_files
from deploy.dev.sources.certificates import CLIENT, Authority
from deploy.dev.sources.files import Files
from gateway.case_file.http import AT_ONCE, Away, HttpCaseFile
from gateway.case_file.port import NotKept, Paper, Refused, Silent
from services.chassis.breaker import Breaker
from services.chassis.mutual_tls import mutual_tls
from tests.service_process import eventually, free_port

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"
CONTENT = os.urandom(3_000_000)
PAPER = Paper(
    document_id="document-1",
    appointment_id="appointment-1",
    name="Brief für Łódź – „Anlage“.pdf",
    media_type="application/pdf",
    size=len(CONTENT),
    sent_by="citizen",
    agent_id="agent-1",
    reason="Gehört zum Antrag auf Mutterschaftsgeld.",
    decided_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)
PIECE = 64 * 1024
SOON = 5.0
"""Seconds for a whole document, here."""


def chunks(content: bytes = CONTENT) -> Iterator[bytes]:
    return (content[at : at + PIECE] for at in range(0, len(content), PIECE))


@dataclass
class Running:
    """A case file that listens, and its folder."""

    files: Files
    port: int

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.files.theirs / "arrived")

    def behaves(self, mode: str) -> None:
        (self.files.theirs / "mode").write_text(mode)

    def client(
        self, failures: int = 5, tls: ssl.SSLContext | None = None, port: int = 0, path: str = ""
    ) -> HttpCaseFile:
        address = f"https://{HOST}:{port or self.port}{path}"
        return HttpCaseFile(address, tls or self.tls(), Breaker(failures, 30, Away))

    def tls(self) -> ssl.SSLContext:
        own = self.files.platform
        return mutual_tls(*(str(own / f"{name}.pem") for name in ("authority", "client", "client-key")))


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Platform(tmp_path_factory.mktemp("case-file"), only=["case-file"]) as started:
        yield Running(case_file_files(started.site), started.site.port("case-file"))


@pytest.fixture
def running(demonstration: Running) -> Running:
    """Behaves, and has nothing on its shelf."""
    demonstration.behaves("")
    for file in (demonstration.files.theirs / "arrived").glob("*"):
        file.unlink()
    return demonstration


def test_the_same_bytes_arrive_with_what_is_said_of_them(running: Running) -> None:
    receipt = running.client().put(PAPER, chunks(), SOON)
    [arrived] = running.shelf.all()
    assert running.shelf.content("document-1").read_bytes() == CONTENT
    assert (arrived.receipt, arrived.sha256) == (receipt, hashlib.sha256(CONTENT).hexdigest())
    assert arrived.handover["name"] == PAPER.name
    assert arrived.handover["reason"] == PAPER.reason
    assert arrived.handover["appointment_id"] == "appointment-1"


def test_sent_again_it_is_there_once_under_the_same_receipt(running: Running) -> None:
    client = running.client()
    assert client.put(PAPER, chunks(), SOON) == client.put(PAPER, chunks(), SOON)
    assert len(running.shelf.all()) == 1


def test_nothing_is_whole_in_memory(running: Running) -> None:
    pieces, client = 20 * 16, running.client()
    tracemalloc.start()
    try:
        client.put(replace(PAPER, size=pieces * PIECE), (bytes(PIECE) for _ in range(pieces)), 60.0)
        assert tracemalloc.get_traced_memory()[1] < 10 * PIECE
    finally:
        tracemalloc.stop()
    assert running.shelf.content("document-1").stat().st_size == pieces * PIECE


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [("away", NotKept), ("refusing", Refused), ("broken", Silent), ("lost", Silent)],
)
def test_what_went_wrong_says_whether_it_can_be_there(
    running: Running, mode: str, outcome: type[Exception]
) -> None:
    running.behaves(mode)
    with pytest.raises(outcome) as raised:
        running.client().put(PAPER, chunks(), SOON)
    assert type(raised.value) is outcome
    assert len(running.shelf.all()) == (1 if outcome is Silent else 0)


def test_a_late_answer_is_uncertain_and_asking_again_finds_the_receipt(running: Running) -> None:
    running.behaves("late")
    client = running.client()
    with pytest.raises(Silent):
        client.put(PAPER, chunks(), 1.0)
    running.behaves("")
    [arrived] = eventually(running.shelf.all)
    assert client.put(PAPER, chunks(), SOON) == arrived.receipt
    assert len(running.shelf.all()) == 1


def test_a_body_that_breaks_off_leaves_nothing(running: Running) -> None:
    class Broken(Exception):
        pass

    def breaking() -> Iterator[bytes]:
        yield CONTENT[:PIECE]
        raise Broken

    with pytest.raises(Broken):
        running.client(failures=1).put(PAPER, breaking(), SOON)
    assert running.shelf.all() == []
    assert running.client().put(PAPER, chunks(), SOON)


def test_nobody_listening_is_certain(running: Running) -> None:
    with pytest.raises(NotKept):
        running.client(port=free_port()).put(PAPER, chunks(), SOON)


def test_after_failures_in_a_row_it_is_left_alone_and_no_byte_is_read(running: Running) -> None:
    running.behaves("away")
    client = running.client(failures=2)
    for _ in range(2):
        with pytest.raises(NotKept):
            client.put(PAPER, chunks(), SOON)
    assert client.is_away()
    untouched = chunks()
    with pytest.raises(NotKept):
        client.put(PAPER, untouched, SOON)
    assert next(untouched) == CONTENT[:PIECE]


def test_a_refusal_says_nothing_against_the_case_file(running: Running) -> None:
    running.behaves("refusing")
    client = running.client(failures=1)
    with pytest.raises(Refused):
        client.put(PAPER, chunks(), SOON)
    assert not client.is_away()


def test_whoever_it_does_not_know_leaves_nothing_and_knows_it(running: Running) -> None:
    stranger = Authority.made("Somebody else").issue("files", CLIENT)
    folder = running.files.platform
    (folder / "stranger.pem").write_text(stranger.certificate_pem)
    (folder / "stranger-key.pem").write_text(stranger.key_pem)
    names = ("authority", "stranger", "stranger-key")
    tls = mutual_tls(*(str(folder / f"{name}.pem") for name in names))
    small = replace(PAPER, size=10)
    with pytest.raises(NotKept):
        running.client(tls=tls).put(small, chunks(CONTENT[:10]), SOON)
    assert running.shelf.all() == []


def test_whoever_plays_the_case_file_gets_nothing(running: Running, tmp_path: Path) -> None:
    others = Files(tmp_path / "others", "case-file", "files")
    others.write()
    own = running.files.platform
    names = (others.platform / "authority.pem", own / "client.pem", own / "client-key.pem")
    untouched = chunks()
    with pytest.raises(NotKept):
        running.client(tls=mutual_tls(*map(str, names))).put(PAPER, untouched, SOON)
    assert next(untouched) == CONTENT[:PIECE]


def test_a_slow_case_file_does_not_take_all_threads(running: Running) -> None:
    running.behaves("slow")
    client = running.client(failures=100)
    begun = {f"document-{number}": Event() for number in range(AT_ONCE)}

    def slowly(event: Event) -> Iterator[bytes]:
        event.set()
        yield from chunks()

    def send(document_id: str) -> str:
        return client.put(replace(PAPER, document_id=document_id), slowly(begun[document_id]), 60.0)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        receipts = pool.map(send, begun)
        assert all(event.wait(30) for event in begun.values())
        with pytest.raises(NotKept):
            client.put(PAPER, chunks(), SOON)
        running.behaves("")
        assert len(set(receipts)) == AT_ONCE


ODD = """
import base64, http.server, ssl, sys, threading

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        _, status, body, *_ = self.path.split("/")
        if status != "413":
            self.rfile.read(int(self.headers["Content-Length"]))
        content = b"1" * 10**6 if body == "large" else base64.urlsafe_b64decode(body)
        self.send_response(int(status))
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/server.pem", sys.argv[1] + "/server-key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"""
"""A case file of its own mind: it answers what stands in its address."""


@pytest.fixture(scope="module")
def odd(demonstration: Running) -> Iterator[int]:
    """Its port."""
    command = [sys.executable, "-c", ODD, str(demonstration.files.theirs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        yield int(server.stdout.readline())
        server.terminate()


def receipt_for(content: bytes, **changed: str) -> bytes:
    told = {"document_id": "document-1", "sha256": hashlib.sha256(content).hexdigest(), "receipt": "R-1"}
    return json.dumps(told | changed).encode()


SMALL = b"0123456789"


def answered(running: Running, port: int, status: int, body: bytes | None) -> str:
    said = "large" if body is None else base64.urlsafe_b64encode(body).decode()
    client = running.client(port=port, path=f"/{status}/{said or '='}")
    return client.put(replace(PAPER, size=len(SMALL)), chunks(SMALL), SOON)


def test_a_receipt_for_these_very_bytes_is_believed(running: Running, odd: int) -> None:
    assert answered(running, odd, 201, receipt_for(SMALL)) == "R-1"
    assert answered(running, odd, 200, receipt_for(SMALL, more="to come")) == "R-1"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, receipt_for(b"other bytes"), Silent),
        (201, receipt_for(SMALL, document_id="another"), Silent),
        (201, receipt_for(SMALL, receipt="<b>R</b>"), Silent),
        (201, receipt_for(SMALL, receipt="x" * 101), Silent),
        (201, b"[]", Silent),
        (201, None, Silent),
        (204, b"{}", Refused),
        (302, b"{}", Refused),
        (400, b"{}", Refused),
        (401, b"{}", Refused),
        (404, b"{}", Refused),
        (409, b"{}", Silent),
        (429, b"{}", NotKept),
        (500, b"{}", Silent),
        (502, b"{}", Silent),
        (503, b"{}", NotKept),
    ],
)
def test_every_other_answer_says_whether_it_can_be_there(
    running: Running, odd: int, status: int, body: bytes | None, outcome: type[Exception]
) -> None:
    with pytest.raises((NotKept, Silent)) as raised:
        answered(running, odd, status, body)
    assert type(raised.value) is outcome


def test_it_may_be_refused_before_it_was_sent_whole(running: Running, odd: int) -> None:
    with pytest.raises(NotKept):
        running.client(port=odd, path="/413/e30=").put(PAPER, chunks(), SOON)
