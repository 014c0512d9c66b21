"""The inspector outlives what documents do to it; pages are drawn as pictures that hold nothing else."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from PIL import Image

from deploy.dev.platform import Platform
from gateway.inspection import frames
from gateway.inspection.client import Inspector, Picture
from services.contracts.document_errors import DocumentRefused
from services.contracts.errors import ServiceUnavailable
from tests.documents.good import encoded, good_documents, large_pdf, pdf, tiff
from tests.integration.inspection.conftest import Bytes
from tests.service_process import eventually, free_port

pytestmark = pytest.mark.integration

MEGABYTE = 1024 * 1024
PICTURES = {what: good for what, good in good_documents().items() if good[3]}


@pytest.fixture(scope="module")
def inspector(checking: Platform) -> Inspector:
    return Inspector(checking.env("gateway-files")["INSPECTOR"])


@pytest.fixture
def address(checking: Platform) -> tuple[str, int]:
    host, _, port = checking.env("gateway-files")["INSPECTOR"].partition(":")
    return host, int(port)


@pytest.fixture
def process(checking: Platform) -> psutil.Process:
    return psutil.Process(checking.child_id("gateway-inspector"))


def seen(shown: Picture) -> Image.Image:
    return Image.open(io.BytesIO(shown.content))


@pytest.mark.parametrize("what", PICTURES)
def test_every_page_is_drawn(what: str, inspector: Inspector) -> None:
    _, media_type, content, pages = PICTURES[what]
    drawn = seen(inspector.render(media_type, Bytes(content), pages, 200))
    assert (drawn.format, drawn.width) == ("WEBP", 200)


@pytest.mark.parametrize("what", PICTURES)
def test_a_page_that_is_not_there_is_refused(what: str, inspector: Inspector) -> None:
    _, media_type, content, pages = PICTURES[what]
    for page in (0, pages + 1, 10**9):
        with pytest.raises(DocumentRefused, match="damaged"):
            inspector.render(media_type, Bytes(content), page, 200)


@pytest.mark.parametrize("width", [0, 31, 2401, -1, 10**9])
def test_a_page_of_an_unbearable_width_is_refused(width: int, inspector: Inspector) -> None:
    with pytest.raises(DocumentRefused):
        inspector.render("application/pdf", Bytes(pdf()), 1, width)


def test_what_a_camera_wrote_into_a_picture_does_not_come_out(inspector: Inspector) -> None:
    about = Image.Exif()
    about[0x010F], about[0x0112] = "Camera of the Schneider family", 6
    shown = inspector.render("image/jpeg", Bytes(encoded("JPEG", exif=about)), 1, 300)
    assert b"Schneider" not in shown.content
    assert not seen(shown).getexif()
    assert seen(shown).height > seen(shown).width, "it stands upright"


def test_a_watermark_is_all_over_the_page(inspector: Inspector) -> None:
    plain, marked = (
        seen(inspector.render("application/pdf", Bytes(pdf()), 1, 600, text)).convert("L")
        for text in ("", "agent · 3 December 2026 15:20")
    )
    parts = [(left, top, left + 200, top + 200) for left in (0, 200, 400) for top in (0, 200, 400, 600)]
    assert all(plain.crop(part).tobytes() != marked.crop(part).tobytes() for part in parts)


def test_the_third_page_is_not_the_first(inspector: Inspector) -> None:
    pages = [inspector.render("image/tiff", Bytes(tiff(3)), page, 100).content for page in (1, 3)]
    assert pages[0] != pages[1]


def test_an_office_document_is_not_drawn(inspector: Inspector) -> None:
    _, media_type, content, _ = good_documents()["docx"]
    with pytest.raises(DocumentRefused):
        inspector.render(media_type, Bytes(content), 1, 200)


def test_a_reader_that_is_killed_means_a_damaged_document(
    inspector: Inspector, process: psutil.Process
) -> None:
    """While the asker hands out the first bytes; the process that listens goes on."""

    class Deadly(Bytes):
        def read(self, offset: int, length: int) -> bytes:
            for reader in process.children():  # one that has just answered may be among them
                with suppress(psutil.NoSuchProcess):
                    reader.send_signal(signal.SIGKILL)
            return super().read(offset, length)

    with pytest.raises(DocumentRefused, match="damaged"):
        inspector.examine("application/pdf", Deadly(pdf()))
    assert inspector.examine("application/pdf", Bytes(pdf())).pages == 2


@pytest.mark.parametrize(
    "said", [b"", b"\x00" * 50, b"q\xff\xff\xff\xff", b"q\0\0\0\2{}", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_who_speaks_otherwise_is_left_and_harms_nobody(
    said: bytes, inspector: Inspector, address: tuple[str, int]
) -> None:
    with socket.create_connection(address, 5) as connection:
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(30)
        with suppress(ConnectionResetError), closing(connection.makefile("rb")) as answer:
            answer.read()
    assert inspector.examine("application/pdf", Bytes(pdf())).pages == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "examine", "media_type": "application/zip", "size": 10},
        {"do": "examine", "media_type": "application/pdf", "size": 10**12},
        {"do": "examine", "media_type": "application/pdf", "size": "10"},
        {"do": "run", "media_type": "application/pdf", "size": 10},
    ],
)
def test_a_question_that_is_none_gets_no_answer(asked: dict[str, object], address: tuple[str, int]) -> None:
    with socket.create_connection(address, 5) as connection:
        connection.settimeout(30)
        frames.send_json(connection, frames.ASK, asked)
        with pytest.raises((frames.Broken, OSError)):
            frames.receive(connection)


def test_an_asker_that_goes_away_leaves_no_reader_behind(
    address: tuple[str, int], process: psutil.Process
) -> None:
    with socket.create_connection(address, 5) as connection:
        asked = {"do": "examine", "media_type": "application/pdf", "size": 1000}
        frames.send_json(connection, frames.ASK, asked)
        frames.receive(connection)
    assert eventually(lambda: not process.children(), 30)


def test_many_wait_for_their_turn_and_memory_stays_where_it_was(
    inspector: Inspector, process: psutil.Process
) -> None:
    """Sixteen documents of 20 MB at once; never more readers than are allowed, and little in each."""
    content = large_pdf(20_000_000)
    most, stop = [0, 0], threading.Event()

    def look() -> None:
        while not stop.wait(0.01):
            readers = [_rss(child) for child in process.children()]
            most[:] = max(most[0], len(readers)), max(most[1], sum(readers))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(lambda _: inspector.examine("application/pdf", Bytes(content)), range(16)))
    finally:
        stop.set()
        watcher.join()
    assert [verdict.pages for verdict in found] == [1] * 16
    assert 1 <= most[0] <= 2
    assert most[1] < 64 * MEGABYTE


def _rss(child: psutil.Process) -> int:
    """What is a reader's own; what it shares with the process that listens is not."""
    try:
        return int(child.memory_full_info().uss)
    except psutil.NoSuchProcess:
        return 0


def test_an_inspector_that_is_away_lets_nothing_through() -> None:
    nobody = Inspector(f"127.0.0.1:{free_port()}")
    with pytest.raises(ServiceUnavailable, match="inspector"):
        nobody.examine("application/pdf", Bytes(pdf()))


def test_an_inspector_that_dies_meanwhile_lets_nothing_through(tmp_path: Path) -> None:
    with Platform(tmp_path, only=("gateway-inspector",), environment="test") as own:
        pid = own.child_id("gateway-inspector")

        class Deadly(Bytes):
            def read(self, offset: int, length: int) -> bytes:
                readers = psutil.Process(pid).children()
                os.kill(pid, signal.SIGKILL)
                for reader in readers:
                    reader.kill()
                return super().read(offset, length)

        asked = Inspector(own.env("gateway-files")["INSPECTOR"])
        with pytest.raises(ServiceUnavailable, match="inspector"):
            asked.examine("application/pdf", Deadly(pdf()))


def test_what_was_looked_at_is_counted(checking: Platform, inspector: Inspector) -> None:
    inspector.examine("application/pdf", Bytes(pdf()))
    port = checking.env("gateway-inspector")["METRICS_PORT"]

    def counted() -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            text = answer.read().decode()
        return float(re.search(r'inspections_total\{outcome="answered"\} (\S+)', text)[1])  # type: ignore[index]

    assert eventually(counted) >= 1


def test_a_picture_is_never_drawn_larger_than_it_is(inspector: Inspector) -> None:
    assert seen(inspector.render("image/png", Bytes(encoded("PNG")), 1, 2400)).width == 320
