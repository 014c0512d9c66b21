"""The one UDP port: datagrams in and out by the batch, in buffers that are made once.

`recvmmsg` and `sendmmsg` move up to 32 datagrams in one system call.  The buffers are C memory, so that
SRTP works on a packet where it lies.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

from cffi import FFI

BATCH = 32
"""Datagrams in one system call."""
SLOT = 2048
"""Bytes of a buffer: a datagram of the Internet (1,500) with room for the SRTP trailer."""
SENT_TOGETHER = 8
"""Packets that leave in one system call: more would save next to nothing, and the first one waits."""
SOCKET_BUFFER = 16 * 1024 * 1024
"""Bytes asked for each way: half a second at full load, for moments in which the process does not run.

The kernel counts a datagram with all that it spends on it, some two and a half times its length.
"""
_RCVBUF_FORCE, _SNDBUF_FORCE = 33, 32
"""Linux: beyond `net.core.rmem_max` and `wmem_max`, with CAP_NET_ADMIN."""

Address = tuple[str, int]

ffi = FFI()
ffi.cdef(
    """
    struct iovec { void *iov_base; size_t iov_len; };
    struct msghdr {
        void *msg_name; unsigned int msg_namelen;
        struct iovec *msg_iov; size_t msg_iovlen;
        void *msg_control; size_t msg_controllen; int msg_flags;
    };
    struct mmsghdr { struct msghdr msg_hdr; unsigned int msg_len; };
    int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, void *timeout);
    int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags);
    """
)
libc = ffi.dlopen(None)


def bind(host: str, port: int) -> socket.socket:
    """A non-blocking UDP socket with buffers as large as allowed; port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    _enlarge(sock, _RCVBUF_FORCE, socket.SO_RCVBUF)
    _enlarge(sock, _SNDBUF_FORCE, socket.SO_SNDBUF)
    sock.bind((host, port))
    return sock


def _enlarge(sock: socket.socket, force: int, ordinary: int) -> None:
    try:
        sock.setsockopt(socket.SOL_SOCKET, force, SOCKET_BUFFER)
    except PermissionError:
        sock.setsockopt(socket.SOL_SOCKET, ordinary, SOCKET_BUFFER)


def room_of(sock: socket.socket) -> int:
    """Bytes for which it has room each way, at least: less than asked for where the system forbids more."""
    sizes = (sock.getsockopt(socket.SOL_SOCKET, option) for option in (socket.SO_RCVBUF, socket.SO_SNDBUF))
    return min(sizes) // 2  # Linux doubles what it grants, for its own books


class Codec:
    """Addresses of one family: text and port outside, the kernel's `sockaddr` as bytes inside."""

    def __init__(self, family: int) -> None:
        self._family = family
        self.size = 28 if family == socket.AF_INET6 else 16

    def encode(self, address: Address) -> bytes:
        host = socket.inet_pton(self._family, address[0])
        head = struct.pack("=H", self._family) + struct.pack("!H", address[1])
        return (head + (host if self.size == 16 else bytes(4) + host)).ljust(self.size, b"\0")

    def decode(self, raw: bytes) -> Address:
        host = raw[4:8] if self.size == 16 else raw[8:24]
        return socket.inet_ntop(self._family, host), int.from_bytes(raw[2:4], "big")


class _Slots:
    """BATCH buffers with the message headers that point at them."""

    def __init__(self, name_size: int) -> None:
        self.memory = ffi.new(f"unsigned char[{BATCH * SLOT}]")
        self.view = memoryview(ffi.buffer(self.memory))
        self.pointers = [self.memory + at * SLOT for at in range(BATCH)]
        self.names = ffi.new(f"unsigned char[{BATCH * name_size}]")
        self.vectors = ffi.new(f"struct iovec[{BATCH}]")
        self.messages = ffi.new(f"struct mmsghdr[{BATCH}]")
        for at in range(BATCH):
            self._prepare(at, name_size)

    def _prepare(self, at: int, name_size: int) -> None:
        self.vectors[at].iov_base, self.vectors[at].iov_len = self.pointers[at], SLOT
        header = self.messages[at].msg_hdr
        header.msg_iov, header.msg_iovlen = self.vectors + at, 1
        header.msg_name, header.msg_namelen = self.names + at * name_size, name_size


class Inbox:
    """Datagrams as they came: number `at` lies at `view[at * SLOT:]`, its C address is `pointers[at]`."""

    def __init__(self, sock: socket.socket, codec: Codec) -> None:
        self._fd, self._size = sock.fileno(), codec.size
        self._slots = _Slots(codec.size)
        self._names = memoryview(ffi.buffer(self._slots.names))
        self._messages = [self._slots.messages[at] for at in range(BATCH)]
        self.view, self.pointers = self._slots.view, self._slots.pointers

    def receive(self) -> int:
        """Fill the buffers with what is there; the number of datagrams."""
        count: int = libc.recvmmsg(self._fd, self._slots.messages, BATCH, 0, ffi.NULL)
        return max(count, 0)

    def length(self, at: int) -> int:
        size: int = self._messages[at].msg_len
        return size

    def sender(self, at: int) -> bytes:
        """The sender's raw address, a key for dictionaries."""
        return bytes(self._names[at * self._size : (at + 1) * self._size])


class Outbox:
    """Packets on their way out: claim a buffer, fill it, commit it; `flush` sends them all at once."""

    def __init__(self, sock: socket.socket, codec: Codec) -> None:
        self._fd = sock.fileno()
        self._slots = _Slots(codec.size)
        self._vectors = [self._slots.vectors[at] for at in range(BATCH)]
        self._headers = [self._slots.messages[at].msg_hdr for at in range(BATCH)]
        self._kept: list[Any] = [None] * BATCH
        self._filled = 0
        self.view, self.pointers = self._slots.view, self._slots.pointers
        self.media = 0
        """RTP packets committed."""
        self.sent = 0
        self.refused = 0

    def claim(self) -> int:
        """Number of a free buffer; it stays free until it is committed."""
        if self._filled == SENT_TOGETHER:
            self.flush()
        return self._filled

    def commit(self, length: int, destination: Any) -> None:
        """Send what was claimed last, `length` bytes of it, with the next flush."""
        at = self._filled
        self._vectors[at].iov_len = length
        self._headers[at].msg_name = destination
        self._kept[at] = destination  # C memory lives as long as Python holds it
        self._filled = at + 1

    def send(self, data: bytes, destination: Any) -> None:
        """Queue a datagram that exists as bytes."""
        at = self.claim() * SLOT
        self.view[at : at + len(data)] = data
        self.commit(len(data), destination)

    def flush(self) -> None:
        """Hand everything committed to the kernel; what it refuses is counted and lost, as on any network."""
        start, end = 0, self._filled
        self._filled = 0
        while start < end:
            done = libc.sendmmsg(self._fd, self._slots.messages + start, end - start, 0)
            self.sent += max(done, 0)
            start += max(done, 0)
            if done <= 0:  # the first one could not be sent: full buffer, no route
                self.refused += 1
                start += 1


def destination(codec: Codec, address: Address) -> Any:
    """An address in the form that `Outbox` takes."""
    return ffi.new("unsigned char[]", codec.encode(address))
