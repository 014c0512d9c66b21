"""The same cheap load for every server: packets encrypted beforehand, sent in bursts like a browser's.

One thread, no asyncio: bursts leave by `sendmmsg` at their time, arrivals are counted by `recvmmsg`, every
VERIFY-th one is decrypted and looked at.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass, field
from typing import Any

from services.media.worker.rtp import HEADER
from services.media.worker.udp import BATCH, SLOT, ffi, libc
from tests.load.client import Client
from tests.load.description import AUDIO_TYPE, TRANSPORT_CC, VIDEO_TYPE

VIDEO_INTERVAL, VIDEO_BURST, VIDEO_BYTES = 1 / 30, 5, 1_140
AUDIO_INTERVAL, AUDIO_BYTES = 1 / 50, 80
PACKETS_PER_S = round(VIDEO_BURST / VIDEO_INTERVAL + 1 / AUDIO_INTERVAL)
"""Of one sender: 1.4 Mbit/s of video in five packets a frame, and sound."""
VERIFY = 64
POLL = 0.008
DRAIN_SECONDS = 3.0
MARK = b"sealed-by-the-bench"


@dataclass(frozen=True)
class Sender:
    client: Client
    audio_ssrc: int
    video_ssrc: int


@dataclass
class Result:
    """Packets sent and come in all, and how many came while it was counted."""

    sent: int = 0
    received: int = 0
    counted: int = 0
    verified: int = 0
    wrong: int = 0
    late_s: float = 0.0
    """How far the generator fell behind, at worst."""

    @property
    def delivered(self) -> float:
        return self.received / self.sent


@dataclass(frozen=True, order=True)
class _Burst:
    at: float
    fd: int = field(compare=False)
    first: int = field(compare=False)
    count: int = field(compare=False)


class Traffic:
    """Everything that the senders will send in `seconds`, ready in memory."""

    def __init__(self, senders: list[Sender], seconds: float) -> None:
        self._packets: list[bytes] = []
        self._bursts: list[_Burst] = []
        for number, sender in enumerate(senders):
            _Script(sender, seconds, number / len(senders)).write(self._packets, self._bursts)
        self._bursts.sort()
        self._next = 0
        self._blob = ffi.from_buffer(bytearray(b"".join(self._packets)))
        self._vectors = ffi.new(f"struct iovec[{len(self._packets)}]")
        self._messages = ffi.new(f"struct mmsghdr[{len(self._packets)}]")
        self._lay_out()

    def _lay_out(self) -> None:
        at = 0
        for number, packet in enumerate(self._packets):
            vector, header = self._vectors[number], self._messages[number].msg_hdr
            vector.iov_base, vector.iov_len = self._blob + at, len(packet)
            header.msg_iov, header.msg_iovlen = self._vectors + number, 1
            at += len(packet)

    def run(self, receivers: list[Client], warm_up: float, seconds: float, meter: Meter) -> Result:
        """Send everything; the meter runs, and packets are counted, from `warm_up` on for `seconds`."""
        arrivals, start = _Arrivals(receivers), time.monotonic()
        result = arrivals.result
        result.sent = len(self._packets)
        self._until(warm_up, start, arrivals)
        meter.open()
        before = result.received
        self._until(warm_up + seconds, start, arrivals)
        meter.close()
        result.counted = result.received - before
        self._until(self._bursts[-1].at, start, arrivals)
        self._drain(arrivals)
        return result

    def _until(self, end: float, start: float, arrivals: _Arrivals) -> None:
        polled = 0.0
        while (now := time.monotonic() - start) < end or self._due(now):
            self._send_due(now, arrivals.result)
            if now - polled >= POLL:
                arrivals.poll()
                polled = now
            self._rest(start)
        arrivals.poll()

    def _due(self, now: float) -> bool:
        return self._next < len(self._bursts) and self._bursts[self._next].at <= now

    def _drain(self, arrivals: _Arrivals) -> None:
        """Wait for what is still on its way, on a machine with other work."""
        limit = time.monotonic() + DRAIN_SECONDS
        while arrivals.result.received < arrivals.result.sent and time.monotonic() < limit:
            time.sleep(POLL)
            arrivals.poll()

    def _send_due(self, now: float, result: Result) -> None:
        while self._due(now):
            burst = self._bursts[self._next]
            libc.sendmmsg(burst.fd, self._messages + burst.first, burst.count, 0)
            result.late_s = max(result.late_s, now - burst.at)
            self._next += 1

    def _rest(self, start: float) -> None:
        until = self._bursts[self._next].at if self._next < len(self._bursts) else 0.0
        pause = min(until - (time.monotonic() - start), POLL / 2)
        if pause > 0.0002:
            time.sleep(pause)


class Meter:
    """Read when the counted time begins and ends."""

    def open(self) -> None: ...

    def close(self) -> None: ...


class _Script:
    """One sender's packets in their order."""

    def __init__(self, sender: Sender, seconds: float, phase: float) -> None:
        self._sender, self._seconds, self._phase = sender, seconds, phase
        self._session = sender.client.srtp._tx_srtp
        self._numbers = {sender.audio_ssrc: 0, sender.video_ssrc: 0}
        self._transport_number = 0

    def write(self, packets: list[bytes], bursts: list[_Burst]) -> None:
        fd = self._sender.client.sock.fileno()
        for at, video in sorted(self._moments()):
            first = len(packets)
            packets.extend(self._frame(at) if video else [self._sound(at)])
            bursts.append(_Burst(at, fd, first, len(packets) - first))

    def _moments(self) -> list[tuple[float, bool]]:
        frames = [
            ((n + self._phase) * VIDEO_INTERVAL, True) for n in range(int(self._seconds / VIDEO_INTERVAL))
        ]
        sounds = [
            ((n + self._phase) * AUDIO_INTERVAL, False) for n in range(int(self._seconds / AUDIO_INTERVAL))
        ]
        return frames + sounds

    def _frame(self, at: float) -> list[bytes]:
        timestamp = int(at * 90_000)
        last = VIDEO_BURST - 1
        return [
            self._packet(self._sender.video_ssrc, VIDEO_TYPE | (n == last) << 7, timestamp, VIDEO_BYTES)
            for n in range(VIDEO_BURST)
        ]

    def _sound(self, at: float) -> bytes:
        return self._packet(self._sender.audio_ssrc, AUDIO_TYPE, int(at * 48_000), AUDIO_BYTES)

    def _packet(self, ssrc: int, kind: int, timestamp: int, size: int) -> bytes:
        number = self._numbers[ssrc]
        self._numbers[ssrc] = (number + 1) & 0xFFFF
        header = HEADER.pack(0x90, kind, number, timestamp, ssrc)
        extension = struct.pack("!HHBHx", 0xBEDE, 1, TRANSPORT_CC << 4 | 1, self._transport_number)
        self._transport_number = (self._transport_number + 1) & 0xFFFF
        payload = b"\x10" + MARK.ljust(size - 1, b"\xa5")
        packet: bytes = self._session.protect(header + extension + payload)
        return packet


class _Arrivals:
    """Counts media at the receivers' sockets."""

    def __init__(self, receivers: list[Client]) -> None:
        self.result = Result()
        self._receivers = [(client.sock.fileno(), client.srtp._rx_srtp) for client in receivers]
        self._memory = ffi.new(f"unsigned char[{BATCH * SLOT}]")
        self._view = memoryview(ffi.buffer(self._memory))
        self._vectors = ffi.new(f"struct iovec[{BATCH}]")
        self._messages = ffi.new(f"struct mmsghdr[{BATCH}]")
        for at in range(BATCH):
            self._vectors[at].iov_base, self._vectors[at].iov_len = self._memory + at * SLOT, SLOT
            header = self._messages[at].msg_hdr
            header.msg_iov, header.msg_iovlen = self._vectors + at, 1

    def poll(self) -> None:
        for fd, session in self._receivers:
            while (count := libc.recvmmsg(fd, self._messages, BATCH, 0, ffi.NULL)) > 0:
                self._count(count, session)
                if count < BATCH:
                    break

    def _count(self, count: int, session: Any) -> None:
        view, result = self._view, self.result
        for at in range(0, count * SLOT, SLOT):
            if view[at] >> 6 == 2 and not 192 <= view[at + 1] < 224:
                result.received += 1
                if result.received % VERIFY == 0:
                    self._verify(at, session)

    def _verify(self, at: int, session: Any) -> None:
        length = self._messages[at // SLOT].msg_len
        clear = session.unprotect(bytes(self._view[at : at + length]))
        if MARK in clear:
            self.result.verified += 1
        else:
            self.result.wrong += 1
