"""The document as a file to read from: bytes are asked for where they are needed, and a little ahead."""

from __future__ import annotations

import io
import socket
from typing import BinaryIO, cast

from gateway.inspection import frames

AHEAD = 256 * 1024
"""Bytes that are asked for at once."""


class Away(Exception):
    """Who asked is not there any more: there is nobody to answer."""


class RemoteFile(io.RawIOBase):
    """A file of `size` bytes behind a connection."""

    def __init__(self, connection: socket.socket, size: int) -> None:
        self._connection, self._size, self._at = connection, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        length = min(len(buffer), max(0, self._size - self._at))
        if length:
            buffer[:length] = self._read(self._at, length)
            self._at += length
        return length

    def _read(self, offset: int, length: int) -> bytes:
        try:
            frames.send_json(self._connection, frames.READ, {"offset": offset, "length": length})
            kind, content = frames.receive(self._connection)
        except (OSError, frames.Broken):
            raise Away from None
        if kind != frames.BYTES or len(content) != length:
            raise Away
        return content


def remote_file(connection: socket.socket, size: int) -> BinaryIO:
    """The same, buffered."""
    return cast(BinaryIO, io.BufferedReader(RemoteFile(connection, size), AHEAD))
