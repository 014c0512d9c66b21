"""How a request's body comes from its connection: by the step, and not as slowly as anybody likes."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from gunicorn.http.unreader import SocketUnreader

from services.contracts.document_errors import SentTooSlowly

STEP_BYTES = 64 * 1024
MOST_AT_ONCE = 100
"""Documents that come in at the same time, each in a thread that does little but wait."""
SLOWEST = 4 * 1024
"""Bytes a second: a third of what a telephone's line of 100 kbit/s carries."""
PATIENCE_SECONDS = 20.0
"""For a line that stalls."""
LONGEST_SECONDS = 29 * 60.0
"""20 MB over such a line.  Who has granted an upload waits for it a minute longer (`upload_kept_for`)."""


def in_steps() -> None:
    """As much as is asked for, in such steps; call it once, before the first request.

    By itself gunicorn takes up to a megabyte ahead, and copies what is left of that each time some of it is
    read: half of all that an upload cost, and most of the memory that it held.
    """
    SocketUnreader.max_body_chunk = STEP_BYTES


class Pace:
    """How long the next byte may be waited for: what comes gives patience, waiting takes it.

    Only waiting for the sender counts, not what is done here between two pieces.
    """

    def __init__(
        self,
        patience: float = PATIENCE_SECONDS,
        longest: float = LONGEST_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Seconds that a line may stall, and that all of it may take."""
        self._most, self._left = patience, patience
        self._clock, self._ends = clock, clock() + longest

    def take(self, recv: Callable[[float], bytes]) -> bytes:
        """What `recv` gives within so many seconds.

        Raises SentTooSlowly when nothing came, too little in a while, or not all of it in the end.
        """
        began = self._clock()
        within = min(self._left, self._ends - began)
        if within <= 0:
            raise SentTooSlowly
        try:
            taken = recv(within)
        except TimeoutError:
            self._left = 0.0
            raise SentTooSlowly from None
        waited = self._clock() - began
        self._left = min(self._most, self._left - waited + len(taken) / SLOWEST)
        return taken


class _Paced:
    """A connection, as gunicorn reads from it."""

    def __init__(self, connection: socket.socket, pace: Pace) -> None:
        self._connection, self._pace = connection, pace

    def recv(self, size: int) -> bytes:
        return self._pace.take(lambda seconds: self._recv(size, seconds))

    def _recv(self, size: int, seconds: float) -> bytes:
        self._connection.settimeout(seconds)
        return self._connection.recv(size)


@contextmanager
def paced(body: object, pace: Pace) -> Iterator[None]:
    """While it is read, `body` (`wsgi.input`) raises SentTooSlowly as `pace` does.

    One that gunicorn does not read from a connection comes as it comes.
    """
    unreader = getattr(getattr(body, "reader", None), "unreader", None)
    if not isinstance(unreader, SocketUnreader):
        yield
        return
    connection = unreader.sock
    unreader.sock = _Paced(connection, pace)
    try:
        yield
    finally:
        unreader.sock = connection
        connection.settimeout(None)
