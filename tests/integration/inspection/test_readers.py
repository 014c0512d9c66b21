"""Who reads one document reaches no other; what bursts or acts is found without the scanner's help."""

from __future__ import annotations

import io
import os
import socket
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from PIL import Image

from deploy.dev.platform import Platform
from gateway.inspection.client import Inspector
from services.contracts.document_errors import DocumentRefused
from tests.documents import hostile_pdf
from tests.documents.good import pdf
from tests.integration.inspection.conftest import Bytes
from tests.service_process import eventually

pytestmark = pytest.mark.integration

MEGABYTE = 1_000_000


@pytest.fixture
def address(checking: Platform) -> str:
    return checking.env("gateway-files")["INSPECTOR"]


def sockets(reader: psutil.Process) -> int:
    """How many it holds; none where it has ended."""
    held = 0
    for descriptor in Path(f"/proc/{reader.pid}/fd").glob("*"):
        with suppress(OSError):
            held += os.readlink(descriptor).startswith("socket:")
    return held


def test_a_reader_holds_its_own_connection_and_no_other(checking: Platform, address: str) -> None:
    """While another one waits to be asked about a document of somebody else's."""
    process = psutil.Process(checking.child_id("gateway-inspector"))
    held: list[list[int]] = []

    class Watched(Bytes):
        def read(self, offset: int, length: int) -> bytes:
            if not held:
                eventually(lambda: len(process.children()) == 2)
                eventually(lambda: [sockets(reader) for reader in process.children()] == [1, 1])
                held.append([sockets(reader) for reader in process.children()])
            return super().read(offset, length)

    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), 5):
        assert Inspector(address).examine("application/pdf", Watched(pdf())).pages == 2
    assert held == [[1, 1]]


def test_two_large_pictures_are_not_decoded_at_once(checking: Platform, address: str) -> None:
    """The second reader waits for the first, and takes its turn when that has ended."""
    written = io.BytesIO()
    Image.new("L", (2_100, 2_000), "white").save(written, "TIFF")
    picture, order = written.getvalue(), list[str]()
    readers = psutil.Process(checking.child_id("gateway-inspector")).children

    class Watched(Bytes):
        def read(self, offset: int, length: int) -> bytes:
            if MEGABYTE < offset < 3 * MEGABYTE:  # pixels, neither the head nor the tail
                order.append(self.filename)
                if order == ["first"]:
                    second.append(pool.submit(examine, "second"))
                    assert eventually(lambda: any(_waits_for_a_lock(reader.pid) for reader in readers()))
            return super().read(offset, length)

    def examine(name: str) -> int:
        return Inspector(address).examine("image/tiff", Watched(picture, name)).pages

    second: list[Future[int]] = []
    with ThreadPoolExecutor(1) as pool:
        assert [examine("first"), *(one.result() for one in second)] == [1, 1]
    assert order == sorted(order)
    assert set(order) == {"first", "second"}


def _waits_for_a_lock(pid: int) -> bool:
    """As the system tells it: `2: -> POSIX ADVISORY WRITE pid ...`."""
    waiting = [line.split() for line in Path("/proc/locks").read_text().splitlines() if "->" in line]
    return any(str(pid) in words for words in waiting)


@pytest.mark.parametrize(
    "what", ["content that is called a picture", "content that is packed and written in letters"]
)
def test_what_bursts_is_found_by_the_reader_alone(address: str, what: str) -> None:
    _, made, reason = hostile_pdf.documents()[f"pdf: {what}"]
    with pytest.raises(DocumentRefused, match=reason):
        Inspector(address).examine("application/pdf", Bytes(made()))
