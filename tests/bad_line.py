"""A bad line between a browser and the SFU: a relay on loopback that loses, delays and narrows.

It works as a router with address translation does: each address of the browser gets a socket of its own
towards the node, so that ICE checks find their way back.
"""

from __future__ import annotations

import heapq
import itertools
import random
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
_DATAGRAM = 65_536
_IDLE = 0.1
"""Seconds after which the thread looks whether it is to end."""

Address = tuple[str, int]


@dataclass
class Way:
    """One direction; may be changed while packets flow."""

    loss: float = 0.0
    """Part of the packets, at random, one by one."""
    delay: float = 0.0
    """Seconds."""
    rate: float | None = None
    """Bits a second; what comes faster waits."""
    queue: float = 0.3
    """Seconds that a packet waits at most; more is dropped at the tail, as routers do."""
    free_at: float = 0.0
    dropped: int = 0

    def due(self, size: int, now: float, dice: random.Random) -> float | None:
        """When a packet comes out at the other end; None for one that never does."""
        if self.loss and dice.random() < self.loss:
            self.dropped += 1
            return None
        if self.rate is None:
            return now + self.delay
        begin = max(now, self.free_at)
        if begin - now > self.queue:
            self.dropped += 1
            return None
        self.free_at = begin + size * 8 / self.rate
        return self.free_at + self.delay


@dataclass
class BadLine:
    """`with BadLine(node, up, down) as line:` browsers reach the node at `line.port` while it is open."""

    node: Address
    up: Way = field(default_factory=Way)
    """From the browser to the node."""
    down: Way = field(default_factory=Way)
    seed: int = 1
    passes: Callable[[Address], bool] = lambda _: True
    """Whose packets a firewall lets through, up to the node and back."""
    refused: int = 0

    @property
    def browsers(self) -> frozenset[Address]:
        """Addresses from which the node was asked for so far."""
        return frozenset(self._backs)

    def __enter__(self) -> BadLine:
        self._dice = random.Random(self.seed)
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, socket.socket, bytes, Address | None]] = []
        self._backs: dict[Address, socket.socket] = {}
        self._sockets = selectors.DefaultSelector()
        self._front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._front.bind((HOST, 0))
        self._listen(self._front, None)
        self.port: int = self._front.getsockname()[1]
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ending.set()
        self._thread.join()
        for sock in (self._front, *self._backs.values()):
            sock.close()
        self._sockets.close()

    def _listen(self, sock: socket.socket, browser: Address | None) -> None:
        sock.setblocking(False)
        self._sockets.register(sock, selectors.EVENT_READ, browser)

    def _run(self) -> None:
        while not self._ending.is_set():
            wait = self._waiting[0][0] - time.monotonic() if self._waiting else _IDLE
            for key, _ in self._sockets.select(max(0.0, min(wait, _IDLE))):
                self._read(key.fileobj, key.data)  # type: ignore[arg-type]
            self._deliver(time.monotonic())

    def _read(self, sock: socket.socket, browser: Address | None) -> None:
        now = time.monotonic()
        while True:
            try:
                data, sender = sock.recvfrom(_DATAGRAM)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if browser is None and not self.passes(sender):
                self.refused += 1
            elif browser is None:
                self._pass(self.up, data, self._back(sender), None, now)
            elif browser is not None and self.passes(browser):
                self._pass(self.down, data, self._front, browser, now)

    def _back(self, browser: Address) -> socket.socket:
        if browser not in self._backs:
            self._backs[browser] = back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            back.connect(self.node)
            self._listen(back, browser)
        return self._backs[browser]

    def _pass(self, way: Way, data: bytes, out: socket.socket, to: Address | None, now: float) -> None:
        due = way.due(len(data), now, self._dice)
        if due is not None:
            heapq.heappush(self._waiting, (due, next(self._order), out, data, to))

    def _deliver(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, _, out, data, to = heapq.heappop(self._waiting)
            try:
                out.sendto(data, to) if to else out.send(data)
            except OSError:
                continue  # nobody is there any more
