"""clamd, asked while the bytes pass by: INSTREAM of its protocol (clamd(8)), over TCP or a local socket.

Whatever is not a clear answer is none: the document is not taken.
"""

from __future__ import annotations

import logging
import re
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from services.contracts.document_errors import DocumentRefused
from services.contracts.document_rules import MALWARE, PROTECTED, TOO_MUCH_INSIDE
from services.contracts.errors import ServiceUnavailable

_log = logging.getLogger(__name__)

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 60.0
_MOST_ANSWER = 4096
_FOUND = re.compile(rb"stream: (.*) FOUND\0?", re.DOTALL)
_OTHER_REASONS = {b"Heuristics.Limits.Exceeded": TOO_MUCH_INSIDE, b"Heuristics.Encrypted": PROTECTED}
"""What it finds besides malware, by the beginning of the name."""
_LENGTH = struct.Struct(">I")
_UNIX = "unix:"


class Scan:
    """One document on its way through; `verdict` before it is shown to anybody."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._connection.sendall(b"zINSTREAM\0")

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces; each is shown to the scanner first.  Raises ServiceUnavailable(scanner)."""
        for piece in pieces:
            self._send(piece)
            yield piece
        self._send(b"")

    def verdict(self) -> None:
        """Raises DocumentRefused, ServiceUnavailable(scanner)."""
        answer = self._answer()
        if found := _FOUND.fullmatch(answer):
            raise DocumentRefused(_reason(found[1]))
        if answer.rstrip(b"\0") != b"stream: OK":
            _log.warning("the scanner has given no verdict")
            raise ServiceUnavailable("scanner")

    def _send(self, piece: bytes) -> None:
        """An empty one is the end."""
        try:
            self._connection.sendall(_LENGTH.pack(len(piece)) + piece)
        except OSError:
            raise ServiceUnavailable("scanner") from None

    def _answer(self) -> bytes:
        answer = b""
        try:
            while not answer.endswith(b"\0") and len(answer) < _MOST_ANSWER:
                piece = self._connection.recv(_MOST_ANSWER)
                if not piece:
                    break
                answer += piece
        except OSError:
            raise ServiceUnavailable("scanner") from None
        return answer


def _reason(name: bytes) -> str:
    return next((why for start, why in _OTHER_REASONS.items() if name.startswith(start)), MALWARE)


class Scanner:
    """clamd at an address: `host:port`, or `unix:` and a path."""

    def __init__(self, address: str) -> None:
        self._address = address

    @contextmanager
    def scan(self) -> Iterator[Scan]:
        """Raises ServiceUnavailable(scanner) where it is not there."""
        try:
            connection = self._connected()
        except OSError:
            raise ServiceUnavailable("scanner") from None
        with connection:
            yield self._begun(connection)

    def answers(self) -> bool:
        """A readiness check."""
        with self._connected() as connection:
            connection.sendall(b"zPING\0")
            return connection.recv(16).startswith(b"PONG")

    def _begun(self, connection: socket.socket) -> Scan:
        try:
            return Scan(connection)
        except OSError:
            raise ServiceUnavailable("scanner") from None

    def _connected(self) -> socket.socket:
        if self._address.startswith(_UNIX):
            connection = _connected_here(self._address.removeprefix(_UNIX))
        else:
            host, _, port = self._address.rpartition(":")
            connection = socket.create_connection((host, int(port)), _CONNECT_SECONDS)
        connection.settimeout(_ANSWER_SECONDS)
        return connection


def _connected_here(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_CONNECT_SECONDS)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection
