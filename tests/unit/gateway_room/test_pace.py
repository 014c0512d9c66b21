"""A document may come slowly, over a line that stalls for a while; not as slowly as anybody likes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from itertools import chain, repeat
from typing import Any

import pytest
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

from gateway.receiving import LONGEST_SECONDS, PATIENCE_SECONDS, SLOWEST, Pace, paced
from services.contracts.document_errors import SentTooSlowly
from services.contracts.document_rules import MOST_BYTES

TELEPHONE = 100_000 // 8
"""Bytes a second."""


class Line:
    """Gives so many bytes after so many seconds, then other ones; its time is all that passes."""

    def __init__(self, pieces: Iterator[tuple[float, int]]) -> None:
        self._pieces, self.now = pieces, 0.0
        self._after, self._size = next(pieces)

    def clock(self) -> float:
        return self.now

    def recv(self, within: float) -> bytes:
        if self._after > within:
            self.now += within
            self._after -= within
            raise TimeoutError
        self.now += self._after
        taken = bytes(self._size)
        self._after, self._size = next(self._pieces, (0.0, 0))
        return taken


def received(pieces: Iterator[tuple[float, int]], size: int = MOST_BYTES) -> float:
    """Seconds until all of it was here."""
    line = Line(pieces)
    received_of(line, size)
    return line.now


def received_of(line: Line, size: int = MOST_BYTES) -> None:
    pace, taken = Pace(clock=line.clock), 0
    while taken < size:
        taken += len(pace.take(line.recv))


def test_the_largest_document_comes_over_a_telephones_line() -> None:
    assert received(repeat((1.0, TELEPHONE))) < LONGEST_SECONDS


def test_a_line_may_stall_for_some_seconds_again_and_again() -> None:
    stalling = chain.from_iterable(repeat([(15.0, TELEPHONE), *[(1.0, TELEPHONE)] * 20]))
    assert received(stalling, 5_000_000) < LONGEST_SECONDS


def test_bytes_that_come_in_pieces_of_any_size_are_worth_the_same() -> None:
    assert received(repeat((0.01, TELEPHONE // 100)), 3_000_000) < LONGEST_SECONDS


@pytest.mark.parametrize(
    "pieces",
    [
        chain([(0.0, 5_000_000)], repeat((PATIENCE_SECONDS + 1, 1))),
        repeat((1.0, 1)),
        repeat((0.1, SLOWEST // 20)),
        repeat((PATIENCE_SECONDS - 1, SLOWEST)),
    ],
    ids=["not at all after a quick beginning", "a byte a second", "half as fast", "by a piece now and then"],
)
def test_who_sends_slower_is_told_so(pieces: Iterator[tuple[float, int]]) -> None:
    with pytest.raises(SentTooSlowly):
        received(pieces)


def test_a_quick_beginning_is_no_excuse_for_later() -> None:
    line = Line(chain([(0.0, 10_000_000)], repeat((1.0, 1))))
    with pytest.raises(SentTooSlowly):
        received_of(line)
    assert line.now < PATIENCE_SECONDS + 2


def test_nobody_sends_for_ever() -> None:
    with pytest.raises(SentTooSlowly):
        received(repeat((1.0, SLOWEST + 1)))


def test_time_that_passes_here_is_not_the_senders() -> None:
    line = Line(repeat((1.0, TELEPHONE)))
    pace = Pace(clock=line.clock)
    for _ in range(5):
        assert pace.take(line.recv)
        line.now += 2 * PATIENCE_SECONDS


class TestABody:
    """As gunicorn reads it."""

    @pytest.fixture
    def ends(self) -> Iterator[tuple[socket.socket, socket.socket]]:
        here, there = socket.socketpair()
        with closing(here), closing(there):
            yield here, there

    def test_that_stops_coming_ends_in_a_refusal_and_its_connection_is_as_before(self, ends: Any) -> None:
        here, there = ends
        there.sendall(b"the beginning")
        body = Body(LengthReader(SocketUnreader(here), 1_000))
        with pytest.raises(SentTooSlowly), paced(body, Pace(patience=0.01)):
            body.read(1_000)
        assert body.failed, "gunicorn reads no other request from it"
        assert here.gettimeout() is None

    def test_that_comes_in_time_is_read_as_ever(self, ends: Any) -> None:
        here, there = ends
        there.sendall(b"all of it")
        body = Body(LengthReader(SocketUnreader(here), 9))
        with paced(body, Pace()):
            assert body.read(100) == b"all of it"

    def test_that_comes_from_no_connection_is_left_alone(self) -> None:
        body = BytesIO(b"all of it")
        with paced(body, Pace(patience=0.0)):
            assert body.read() == b"all of it"
