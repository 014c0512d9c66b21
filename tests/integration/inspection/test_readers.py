"""Who reads one document reaches no other; what bursts or acts is found without the scanner's help."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from deploy.dev.platform import Platform
from gateway.inspection.client import Inspector
from services.contracts.document_errors import DocumentRefused
from tests.documents import hostile_pdf
from tests.documents.good import pdf
from tests.integration.inspection.conftest import Bytes
from tests.service_process import eventually

pytestmark = pytest.mark.integration


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


@pytest.mark.parametrize(
    "what", ["content that is called a picture", "content that is packed and written in letters"]
)
def test_what_bursts_is_found_by_the_reader_alone(address: str, what: str) -> None:
    _, made, reason = hostile_pdf.documents()[f"pdf: {what}"]
    with pytest.raises(DocumentRefused, match=reason):
        Inspector(address).examine("application/pdf", Bytes(made()))
