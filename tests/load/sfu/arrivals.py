"""Counts what comes to many sockets, with the kernel's own stamp of when it came."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING, Any

from services.media.worker.udp import BATCH, SLOT, ffi, libc
from tests.load.sfu.client import Client
from tests.load.sfu.payload import left_at

if TYPE_CHECKING:
    from tests.load.sfu.traffic import Counts

SAMPLE = 16
"""Each so many packets one is decrypted."""
_TIMESTAMP_NS = 35
"""SO_TIMESTAMPNS of Linux: arrivals carry the instant at which the kernel put them into the queue."""
_CONTROL = struct.Struct("=Qiiqq")
"""A control message of that kind: length, level, type, seconds, nanoseconds."""
_CONTROL_SIZE = 64
_STUN_BELOW = 4


class Arrivals:
    """Media at the receivers' sockets; checks of consent are answered."""

    def __init__(self, receivers: list[Client]) -> None:
        self.received = 0
        self._counts: Counts | None = None
        self._receivers = receivers
        self._memory = ffi.new(f"unsigned char[{BATCH * SLOT}]")
        self._controls = ffi.new(f"unsigned char[{BATCH * _CONTROL_SIZE}]")
        self._view = memoryview(ffi.buffer(self._memory))
        self._control_view = memoryview(ffi.buffer(self._controls))
        self._vectors = ffi.new(f"struct iovec[{BATCH}]")
        self._messages = ffi.new(f"struct mmsghdr[{BATCH}]")
        self._lay_out()
        for client in receivers:
            client.sock.setsockopt(socket.SOL_SOCKET, _TIMESTAMP_NS, 1)

    def _lay_out(self) -> None:
        for at in range(BATCH):
            self._vectors[at].iov_base, self._vectors[at].iov_len = self._memory + at * SLOT, SLOT
            header = self._messages[at].msg_hdr
            header.msg_iov, header.msg_iovlen = self._vectors + at, 1
            header.msg_control = self._controls + at * _CONTROL_SIZE
            header.msg_controllen = _CONTROL_SIZE

    def begin(self, counts: Counts) -> None:
        """What is looked at from now on is noted there."""
        self._counts = counts

    def poll(self) -> None:
        for client in self._receivers:
            while (count := libc.recvmmsg(client.fd, self._messages, BATCH, 0, ffi.NULL)) > 0:
                self._take(count, client)
                if count < BATCH:
                    break

    def _take(self, count: int, client: Client) -> None:
        view = self._view
        for at in range(count):
            start = at * SLOT
            if view[start] >> 6 == 2 and not 192 <= view[start + 1] < 224:
                self.received += 1
                if self.received % SAMPLE == 0:
                    self._look(at, client.srtp._rx_srtp)
            elif view[start] < _STUN_BELOW:
                client.check_received(bytes(view[start : start + self._messages[at].msg_len]))
            self._messages[at].msg_hdr.msg_controllen = _CONTROL_SIZE

    def _look(self, at: int, session: Any) -> None:
        """Decrypt one and note how long it took."""
        assert self._counts is not None
        start = at * SLOT
        clear = session.unprotect(bytes(self._view[start : start + self._messages[at].msg_len]))
        left = left_at(clear)
        _, _, _, seconds, nanoseconds = _CONTROL.unpack_from(self._control_view, at * _CONTROL_SIZE)
        if left is None:
            self._counts.wrong += 1
        else:
            self._counts.delays.append((seconds * 1_000_000_000 + nanoseconds - left) / 1e9)
