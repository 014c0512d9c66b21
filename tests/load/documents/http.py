"""One request over a connection of its own, with nothing of Python between the bytes and the kernel."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_PIECE = 1024 * 1024
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back, and how long all of it took from connecting on."""

    status: int
    body: bytes
    seconds: float


def ask(
    port: int, method: str, target: str, headers: Mapping[str, str], body: Iterable[bytes] = ()
) -> Answer:
    """Send the body's pieces as they are, and read the answer to its end."""
    pieces = list(body)
    lines = {"Host": f"localhost:{port}", **headers, "Connection": "close"}
    if pieces:
        lines["Content-Length"] = str(sum(map(len, pieces)))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode())
        for piece in pieces:
            connection.sendall(piece)
        answer = _read(connection)
    seconds = time.perf_counter() - began
    status, _, rest = answer.partition(b"\r\n")
    return Answer(int(status.split()[1]), rest.partition(b"\r\n\r\n")[2], seconds)


def _read(connection: socket.socket) -> bytes:
    pieces = []
    while piece := connection.recv(_PIECE):
        pieces.append(piece)
    return b"".join(pieces)
