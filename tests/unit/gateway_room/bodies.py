"""Bodies of form posts as browsers send them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO

BOUNDARY = "----WebKitFormBoundaryAb12"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def head(fields: dict[str, str], filename: str) -> bytes:
    """Everything before the file's first byte."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="document"; filename="{filename}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return "".join(parts).encode()


TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


def body(content: bytes, filename: str = "letter.pdf", fields: dict[str, str] | None = None) -> bytes:
    return head(fields or {}, filename) + content + TAIL


class Trickle(io.RawIOBase):
    """Gives at most `step` bytes at a time, as a slow connection does."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data, self._step, self._at = data, step, 0

    def read(self, size: int = -1) -> bytes:
        size = self._step if size < 0 else min(size, self._step)
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece


class Generated(io.RawIOBase):
    """A body that never exists as a whole, so that memory can be measured."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int = -1) -> bytes:
        if not self._left:
            self._left = next(self._pieces, b"")
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def large(size: int, filename: str = "large.pdf") -> tuple[IO[bytes], int]:
    """A PDF-like body with a file of `size` bytes, and the body's length."""

    def pieces() -> Iterator[bytes]:
        yield head({}, filename)
        left = size
        for chunk in iter(lambda: b"%PDF-1.7\n".ljust(32_768, b"x"), b""):
            if left <= 0:
                break
            yield chunk[:left]
            left -= len(chunk)
        yield TAIL

    return Generated(pieces()), len(head({}, filename)) + size + len(TAIL)  # type: ignore[return-value]
