"""The same cheap load for every server: streams like a browser's, each packet encrypted as it leaves.

One thread, no asyncio: packets are written and encrypted in C memory and leave by `sendmmsg` at their time;
arrivals are counted by `recvmmsg`, each SAMPLE-th one is decrypted and looked at.  How long such a packet was
under way is told by the instant written into it and the kernel's own stamp of its arrival, so that nothing
depends on how often this thread looks.
"""

from __future__ import annotations

import heapq
import struct
import time
from dataclasses import dataclass, field

from services.media.worker.rtp import HEADER
from services.media.worker.transport import Srtp
from services.media.worker.udp import SLOT, ffi, libc
from tests.load.sfu.arrivals import Arrivals
from tests.load.sfu.client import Client
from tests.load.sfu.description import AUDIO_TYPE, TRANSPORT_CC, VIDEO_TYPE
from tests.load.sfu.payload import filled, stamp

VIDEO_INTERVAL, VIDEO_BURST, VIDEO_BYTES = 1 / 30, 5, 1_140
AUDIO_INTERVAL, AUDIO_BYTES = 1 / 50, 80
PACKETS_PER_S = round(VIDEO_BURST / VIDEO_INTERVAL + 1 / AUDIO_INTERVAL)
"""Of one sender: 1.4 Mbit/s of video in five packets a frame, and sound."""
POLL = 0.008
LEAST_REST = 0.0004
"""Seconds: whoever sleeps less spends more on it than he wins."""
DRAIN_SECONDS = 3.0
_EXTENSION = struct.Struct("!HHBHx")
_PAYLOAD_AT = HEADER.size + _EXTENSION.size


@dataclass(frozen=True)
class Sender:
    """Who sends, and how many receive each of his packets."""

    client: Client
    audio_ssrc: int
    video_ssrc: int
    receivers: int = 1


@dataclass
class Counts:
    """Packets that were to arrive and did, in all and while a time was measured."""

    expected: int = 0
    received: int = 0
    late_s: float = 0.0
    """How far the generator fell behind, at worst."""
    delays: list[float] = field(default_factory=list)
    """Seconds under way of the packets looked at."""
    wrong: int = 0
    """Of those looked at, how many were not what had been sent."""


class Traffic:
    """Streams that flow for as long as they are let."""

    def __init__(self, senders: list[Sender], receivers: list[Client]) -> None:
        self._pen = _Pen()
        self._streams = [
            stream for n, sender in enumerate(senders) for stream in _streams(sender, n / len(senders))
        ]
        self._due = [(stream.begins, number) for number, stream in enumerate(self._streams)]
        heapq.heapify(self._due)
        self._arrivals = Arrivals(receivers)
        self._start: float | None = None
        self._until = 0.0
        self.sent = self.expected = 0

    @property
    def received(self) -> int:
        """Since the beginning."""
        return self._arrivals.received

    def flow(self, seconds: float) -> Counts:
        """Go on for so many seconds; what happened in them."""
        if self._start is None:
            self._start = time.monotonic()
        counts = Counts(self.expected, self.received)
        self._arrivals.begin(counts)
        self._until += seconds
        self._flow(self._start, counts)
        counts.expected, counts.received = self.expected - counts.expected, self.received - counts.received
        return counts

    def _flow(self, start: float, counts: Counts) -> None:
        polled = 0.0
        while (now := time.monotonic() - start) < self._until:
            self._send_due(now, counts)
            if now - polled >= POLL:
                self._arrivals.poll()
                polled = now
            self._rest(start)
        self._arrivals.poll()

    def drain(self) -> int:
        """Wait for what is still on its way; how many packets are lost."""
        limit = time.monotonic() + DRAIN_SECONDS
        while self.received < self.expected and time.monotonic() < limit:
            time.sleep(POLL)
            self._arrivals.poll()
        return self.expected - self.received

    def _send_due(self, now: float, counts: Counts) -> None:
        due = self._due
        while due[0][0] <= now:
            at, number = due[0]
            stream = self._streams[number]
            self._pen.send(stream, at)
            self.sent += stream.burst
            self.expected += stream.burst * stream.receivers
            heapq.heapreplace(due, (at + stream.interval, number))
            counts.late_s = max(counts.late_s, now - at)

    def _rest(self, start: float) -> None:
        pause = min(self._due[0][0] - (time.monotonic() - start), POLL / 2)
        time.sleep(max(LEAST_REST, pause))


@dataclass
class _Stream:
    """One SSRC: `burst` packets each `interval` seconds."""

    client: Client
    receivers: int
    ssrc: int
    payload_type: int
    clock_rate: int
    interval: float
    burst: int
    payload: bytes
    begins: float
    sequence: int = 0


def _streams(sender: Sender, phase: float) -> list[_Stream]:
    """`phase` spreads the senders' frames over time."""
    sound = _Stream(
        sender.client, sender.receivers, sender.audio_ssrc, AUDIO_TYPE, 48_000,
        AUDIO_INTERVAL, 1, filled(AUDIO_BYTES), phase * AUDIO_INTERVAL,
    )  # fmt: skip
    picture = _Stream(
        sender.client, sender.receivers, sender.video_ssrc, VIDEO_TYPE, 90_000,
        VIDEO_INTERVAL, VIDEO_BURST, filled(VIDEO_BYTES), phase * VIDEO_INTERVAL,
    )  # fmt: skip
    return [sound, picture]


class _Pen:
    """Writes, encrypts and sends a burst in memory that is made once."""

    def __init__(self) -> None:
        self._memory = ffi.new(f"unsigned char[{VIDEO_BURST * SLOT}]")
        self._view = memoryview(ffi.buffer(self._memory))
        self._vectors = ffi.new(f"struct iovec[{VIDEO_BURST}]")
        self._messages = ffi.new(f"struct mmsghdr[{VIDEO_BURST}]")
        self._cell = Srtp.length_cell()
        self._transport_numbers: dict[Client, int] = {}
        for n in range(VIDEO_BURST):
            self._vectors[n].iov_base = self._memory + n * SLOT
            header = self._messages[n].msg_hdr
            header.msg_iov, header.msg_iovlen = self._vectors + n, 1

    def send(self, stream: _Stream, at: float) -> None:
        timestamp, last = int(at * stream.clock_rate) & 0xFFFFFFFF, stream.burst - 1
        session = stream.client.tx
        for n in range(stream.burst):
            marker = 0x80 if n == last and last else 0
            self._write(n * SLOT, stream, marker, timestamp)
            self._cell[0] = _PAYLOAD_AT + len(stream.payload)
            if Srtp.protect(session, self._memory + n * SLOT, self._cell):
                raise RuntimeError("a packet could not be encrypted")
            self._vectors[n].iov_len = self._cell[0]
        libc.sendmmsg(stream.client.fd, self._messages, stream.burst, 0)

    def _write(self, start: int, stream: _Stream, marker: int, timestamp: int) -> None:
        number = self._transport_numbers.get(stream.client, 0)
        self._transport_numbers[stream.client] = (number + 1) & 0xFFFF
        kind = stream.payload_type | marker
        HEADER.pack_into(self._view, start, 0x90, kind, stream.sequence, timestamp, stream.ssrc)
        _EXTENSION.pack_into(self._view, start + HEADER.size, 0xBEDE, 1, TRANSPORT_CC << 4 | 1, number)
        stream.sequence = (stream.sequence + 1) & 0xFFFF
        body = start + _PAYLOAD_AT
        self._view[body : body + len(stream.payload)] = stream.payload
        stamp(self._view, body)
