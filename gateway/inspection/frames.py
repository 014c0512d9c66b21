"""What goes over a connection to the inspector: frames of a kind, a length and so many bytes.

    kind     1 byte
    length   4 bytes, big endian
    content  JSON, or the bytes themselves

The asker begins with ASK; the inspector sends READ as often as it likes, each answered by BYTES, and ends
with ANSWER or PICTURE.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

ASK, READ, BYTES, ANSWER, PICTURE = b"q", b"r", b"b", b"a", b"p"
MOST_BYTES = 32 * 1024 * 1024
"""Of one frame."""
_HEAD = struct.Struct(">cI")


class Broken(Exception):
    """The other side went away, or does not speak like this."""


def send(connection: socket.socket, kind: bytes, content: bytes) -> None:
    """Raises OSError."""
    connection.sendall(_HEAD.pack(kind, len(content)) + content)


def send_json(connection: socket.socket, kind: bytes, content: dict[str, Any]) -> None:
    """Raises OSError."""
    send(connection, kind, json.dumps(content).encode())


def receive(connection: socket.socket) -> tuple[bytes, bytes]:
    """Kind and content of the next frame.  Raises Broken, OSError."""
    kind, length = _HEAD.unpack(_exactly(connection, _HEAD.size))
    if length > MOST_BYTES:
        raise Broken
    return kind, _exactly(connection, length)


def read_json(content: bytes) -> dict[str, Any]:
    """Raises Broken for what is no object."""
    try:
        read = json.loads(content)
    except ValueError:
        raise Broken from None
    if not isinstance(read, dict):
        raise Broken
    return read


def _exactly(connection: socket.socket, length: int) -> bytes:
    received = bytearray(length)
    view = memoryview(received)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise Broken
        view = view[count:]
    return bytes(received)
