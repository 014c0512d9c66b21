"""clamd finds what it knows; whatever it does otherwise, nothing is let through unscanned."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from deploy.dev.servers.scanner import EICAR
from gateway.blueprints.files.checks import Checks
from gateway.inspection.scanner import Scanner
from services.contracts.document_errors import DocumentRefused
from tests.documents.checks import FakeInspector
from tests.documents.good import large_pdf, pdf
from tests.integration.inspection.conftest import Bytes, bring

pytestmark = pytest.mark.integration


def scanned(scanner: Scanner, content: bytes) -> int:
    """Bytes that came through."""
    with scanner.scan() as scan:
        count = sum(map(len, scan.through(Bytes(content).chunks())))
        scan.verdict()
    return count


def test_a_clean_document_comes_through_whole(checks: Checks) -> None:
    assert scanned(checks.scanner, large_pdf(19_000_000)) > 18_000_000  # type: ignore[arg-type]


def test_the_test_file_is_found(checks: Checks) -> None:
    with pytest.raises(DocumentRefused, match="malware"):
        scanned(checks.scanner, EICAR)  # type: ignore[arg-type]


def test_a_scanner_that_dies_and_comes_back_takes_documents_again(tmp_path: Path) -> None:
    with Platform(tmp_path, only=("scanner",), environment="test") as own:
        scanner = Scanner(own.env("gateway-files")["SCANNER"])
        checks = Checks(scanner, FakeInspector())
        assert bring(Bytes(pdf()), checks).reason == "taken"
        os.kill(own.child_id("scanner"), signal.SIGKILL)
        own.supervisor.children["scanner"].wait(30)
        refused = bring(Bytes(pdf()), checks)
        assert (refused.reason, refused.is_shown) == ("ServiceUnavailable", False)
        own.supervisor.restart("scanner")
        assert bring(Bytes(pdf()), checks).reason == "taken"


def test_a_scanner_that_is_not_there_lets_nothing_through(tmp_path: Path) -> None:
    refused = bring(Bytes(pdf()), Checks(Scanner(f"unix:{tmp_path / 'nobody'}"), FakeInspector()))
    assert (refused.reason, refused.is_shown, refused.is_cleared_away) == ("ServiceUnavailable", False, True)


def _silent(connection: socket.socket) -> None:
    connection.close()


def _after_the_first_bytes(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.close()


def _answers(words: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        while not connection.recv(1 << 20).endswith(b"\0\0\0\0"):
            pass
        connection.sendall(words)

    return talk


MANNERS: dict[str, Callable[[socket.socket], None]] = {
    "goes away at once": _silent,
    "goes away after the first bytes": _after_the_first_bytes,
    "ends without a word": _answers(b""),
    "finds it too large": _answers(b"INSTREAM size limit exceeded. ERROR\0"),
    "cannot scan": _answers(b"stream: Can't allocate memory ERROR\0"),
    "stops in the middle of its answer": _answers(b"stream: O"),
    "says something else": _answers(b"hello\0"),
}


@pytest.fixture
def strange(tmp_path: Path) -> Iterator[Callable[[Callable[[socket.socket], None]], Scanner]]:
    """A scanner with manners of its own, for one connection."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "strange"))
    listener.listen()

    def behaving(manner: Callable[[socket.socket], None]) -> Scanner:
        def serve() -> None:
            with suppress(OSError), listener.accept()[0] as connection:
                manner(connection)

        threading.Thread(target=serve, daemon=True).start()
        return Scanner(f"unix:{tmp_path / 'strange'}")

    yield behaving
    listener.close()


@pytest.mark.parametrize("manner", MANNERS)
def test_whatever_is_no_clear_answer_is_none(
    manner: str, strange: Callable[[Callable[[socket.socket], None]], Scanner]
) -> None:
    refused = bring(Bytes(large_pdf(2_000_000)), Checks(strange(MANNERS[manner]), FakeInspector()))
    assert (refused.reason, refused.is_shown, refused.is_cleared_away) == ("ServiceUnavailable", False, True)


def test_a_clear_answer_is_one(strange: Callable[[Callable[[socket.socket], None]], Scanner]) -> None:
    scanner = strange(_answers(b"stream: OK\0"))
    assert bring(Bytes(pdf()), Checks(scanner, FakeInspector())).reason == "taken"


def test_what_bursts_is_told_as_such(strange: Callable[[Callable[[socket.socket], None]], Scanner]) -> None:
    scanner = strange(_answers(b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0"))
    assert bring(Bytes(pdf()), Checks(scanner, FakeInspector())).reason == "too_much_inside"
