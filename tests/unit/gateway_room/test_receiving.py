"""What gunicorn holds of a document while it is read."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

from gateway.blueprints.files.multipart import CHUNK_BYTES, FileUpload
from gateway.receiving import in_steps

from .bodies import CONTENT_TYPE, body

CONTENT = bytes(range(256)) * 8_000
DATA = body(CONTENT)


class Watched:
    """A connection that notes how much is taken from it at once."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self.most = connection, 0

    def recv(self, size: int) -> bytes:
        self.most = max(self.most, size)
        return self._connection.recv(size)


@pytest.fixture
def connection() -> Iterator[Watched]:
    """A browser sends the form as fast as it can."""
    here, there = socket.socketpair()
    with closing(here), closing(there):
        sender = threading.Thread(target=there.sendall, args=(DATA,))
        sender.start()
        yield Watched(here)
        sender.join()


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests find gunicorn as it is."""
    monkeypatch.setattr(SocketUnreader, "max_body_chunk", SocketUnreader.max_body_chunk)


def received(connection: Any) -> bytes:
    stream: Any = Body(LengthReader(SocketUnreader(connection), len(DATA)))
    return b"".join(FileUpload(stream, CONTENT_TYPE, len(DATA)).chunks())


def test_no_more_of_a_document_is_taken_at_once_than_is_asked_for(connection: Watched) -> None:
    in_steps()
    assert received(connection) == CONTENT
    assert connection.most == CHUNK_BYTES


def test_by_itself_gunicorn_takes_much_more(connection: Watched) -> None:
    assert received(connection) == CONTENT
    assert connection.most > 8 * CHUNK_BYTES
