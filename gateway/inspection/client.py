"""Asks the inspector about one document; its bytes are handed over as far as they are asked for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.inspection import frames
from services.contracts.document_errors import DocumentRefused
from services.contracts.document_rules import REFUSALS
from services.contracts.errors import ServiceUnavailable

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 75.0
"""Longer than a document may take, and some wait for their turn."""


class Source(Protocol):
    """A document in clear, read where it is wanted; see `gateway.blueprints.files.sealed`."""

    @property
    def size(self) -> int: ...

    def read(self, offset: int, length: int) -> bytes:
        """Exactly these bytes, fewer only at the end."""
        ...


@dataclass(frozen=True)
class Verdict:
    """The document may be taken."""

    pages: int
    """That can be shown as pictures; 0 for texts and office documents."""


@dataclass(frozen=True)
class Picture:
    """One page, encoded anew: nothing of the document is in it but what can be seen."""

    media_type: str
    content: bytes


class Inspector:
    """The inspector at `address` (host:port); one connection for each question."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = host, int(port)

    def examine(self, media_type: str, source: Source) -> Verdict:
        """Look inside a document of a type that is taken.

        Raises DocumentRefused(reason), ServiceUnavailable(inspector), and what `source` raises.
        """
        kind, content = self._ask({"do": "examine", "media_type": media_type}, source)
        return Verdict(pages=int(_accepted(kind, content, frames.ANSWER)["pages"]))

    def render(self, media_type: str, source: Source, page: int, width: int, watermark: str = "") -> Picture:
        """A page, from 1 on, as a picture at most so many pixels wide (32 to 2,400), `watermark` all over it.

        The height follows.  Raises DocumentRefused(damaged) for a page that is not there or cannot be shown,
        ServiceUnavailable(inspector), and what `source` raises.
        """
        asked = {"do": "render", "media_type": media_type, "page": page, "width": width}
        kind, content = self._ask(asked | {"watermark": watermark}, source)
        if kind != frames.PICTURE:
            _accepted(kind, content, frames.PICTURE)
        return Picture("image/webp", content)

    def _ask(self, asked: dict[str, Any], source: Source) -> tuple[bytes, bytes]:
        with self._connection() as connection:
            frames.send_json(connection, frames.ASK, asked | {"size": source.size})
            while True:
                kind, content = frames.receive(connection)
                if kind != frames.READ:
                    return kind, content
                wanted = frames.read_json(content)
                _give(connection, source.read(wanted["offset"], wanted["length"]))

    @contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        try:
            with socket.create_connection(self._address, _CONNECT_SECONDS) as connection:
                connection.settimeout(_ANSWER_SECONDS)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
                yield connection
        except (OSError, frames.Broken):
            raise ServiceUnavailable("inspector") from None


def _give(connection: socket.socket, content: bytes) -> None:
    """Who has answered already takes nothing more: his answer is what comes next."""
    with suppress(ConnectionError):
        frames.send(connection, frames.BYTES, content)


def _accepted(kind: bytes, content: bytes, wanted: bytes) -> dict[str, Any]:
    """The answer, unless it refuses."""
    answer = frames.read_json(content) if kind == frames.ANSWER else {}
    if answer.get("refused") in REFUSALS:
        raise DocumentRefused(answer["refused"])
    if kind != wanted or "pages" not in answer:
        raise ServiceUnavailable("inspector")
    return answer
