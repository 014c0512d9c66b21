"""`python -m gateway inspector`: takes one connection after the other, and forks a child for each.

The process that listens reads nothing of a document, so it outlives whatever a document does to its reader.
A child that ends badly, or takes too long, is answered for: the document is damaged.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from prometheus_client import Counter, Gauge, Histogram

from gateway.inspection import child, frames, landlock
from gateway.inspection.remote import Away
from gateway.inspection.turn import TURN
from gateway.settings import InspectorSettings
from services.chassis import logs, operations
from services.chassis.collector import spare_what_is_there
from services.contracts.document_rules import DAMAGED

_log = logging.getLogger(__name__)

LOOKED_AT = Counter("inspections_total", "Documents looked at, by how their reader ended.", ("outcome",))
SECONDS = Histogram("inspection_seconds", "From the connection to the answer.")
UNDER_WAY = Gauge("inspections_under_way", "Readers that live now.")

LONGEST_SECONDS = 60.0
"""A child is given so long, the asker's own waiting included."""
_WAITING = 64
_STANDARD = 3
"""Descriptors that every process has."""


@dataclass(frozen=True)
class Reader:
    """A child, and the connection on which it answers."""

    pid: int
    descriptor: int
    connection: socket.socket
    began: float


class Inspections:
    """Listens, and keeps at most `at_once` readers."""

    def __init__(self, listener: socket.socket, at_once: int, longest: float = LONGEST_SECONDS) -> None:
        self._listener, self._at_once, self._longest = listener, at_once, longest
        self._readers: dict[int, Reader] = {}
        self._selector = selectors.DefaultSelector()
        self._listens = self._stopping = False
        self.pulse = operations.Pulse()

    def run(self) -> None:
        """Until `stop`; who is being answered then is answered to the end."""
        while self._readers or not self._stopping:
            self._listen(not self._stopping and len(self._readers) < self._at_once)
            for key, _events in self._selector.select(self._patience()):
                if key.fileobj is self._listener:
                    self._begin()
                else:
                    self._end(self._readers.pop(int(key.fd)))
            self._end_late_ones()
            self.pulse.beat()

    def stop(self) -> None:
        """May be called by a signal's handler."""
        self._stopping = True

    def _listen(self, wanted: bool) -> None:
        if wanted and not self._listens:
            self._selector.register(self._listener, selectors.EVENT_READ)
        elif self._listens and not wanted:
            self._selector.unregister(self._listener)
        self._listens = wanted

    def _patience(self) -> float:
        """Seconds until somebody may be late; a signal is noticed within one."""
        ends = [reader.began + self._longest - monotonic() for reader in self._readers.values()]
        return max(0.0, min([1.0, *ends]))

    def _begin(self) -> None:
        connection, _peer = self._listener.accept()
        connection.setblocking(True)
        pid = os.fork()
        if pid == 0:
            _read_and_end(connection)
        descriptor = os.pidfd_open(pid)
        self._readers[descriptor] = Reader(pid, descriptor, connection, monotonic())
        self._selector.register(descriptor, selectors.EVENT_READ)
        UNDER_WAY.set(len(self._readers))

    def _end(self, reader: Reader) -> None:
        self._selector.unregister(reader.descriptor)
        os.close(reader.descriptor)
        _, status = os.waitpid(reader.pid, 0)
        ended = os.waitstatus_to_exitcode(status)
        if ended:
            _log.warning("the reader of a document ended badly", extra={"status": ended})
            _answer_for(reader.connection)
        reader.connection.close()
        LOOKED_AT.labels("died" if ended else "answered").inc()
        SECONDS.observe(monotonic() - reader.began)
        UNDER_WAY.set(len(self._readers))

    def _end_late_ones(self) -> None:
        for reader in self._readers.values():
            if monotonic() - reader.began > self._longest:
                os.kill(reader.pid, signal.SIGKILL)


def main(settings: InspectorSettings) -> None:
    """Raises OSError where the port is taken."""
    logs.configure("gateway-inspector", settings.log_level)
    child.prepare()
    address = (settings.listen_host, settings.listen_port)
    with socket.create_server(address, backlog=_WAITING) as listener:
        inspections = Inspections(listener, settings.inspections_at_once)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: inspections.stop())
        health = operations.Health()
        health.add_vital("loop", inspections.pulse.beats)
        operations.serve(settings.metrics_port, health, settings.metrics_host)
        spare_what_is_there()
        _log.info("readers are confined", extra={"landlock": landlock.version()})
        inspections.run()


def _read_and_end(connection: socket.socket) -> None:
    """In the child: whatever happens, nothing of the parent's runs on here."""
    ended = 1
    try:
        _keep_only(connection)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        connection.settimeout(LONGEST_SECONDS)
        child.confine()
        child.answer(connection)
        ended = 0
    except Away:
        ended = 0
    finally:
        os._exit(ended)


def _keep_only(connection: socket.socket) -> None:
    """The connections of other readers came along: nothing of their documents is this one's to read.

    They would count among the few files that it may have open, too.
    """
    begin = _STANDARD
    for kept in sorted((connection.fileno(), TURN.fileno())):
        os.closerange(begin, kept)
        begin = kept + 1
    os.closerange(begin, os.sysconf("SC_OPEN_MAX"))


def _answer_for(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.settimeout(1.0)
        frames.send_json(connection, frames.ANSWER, {"refused": DAMAGED})
