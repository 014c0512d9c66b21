"""Ports on loopback: each run owns a block of them, so that runs which start side by side never collide.

The blocks lie outside the range that the kernel gives to outgoing connections. A usual port (8080) lies in
no block, so a run owns it by itself. Who owns what is known to the kernel alone (an abstract socket named
after the block or the port), so nothing is left behind when the owner dies. The upper end of each block is
for the one server that wants its ports in a row.
"""

import random
import socket
from collections.abc import Callable, Collection
from itertools import chain

HOST = "127.0.0.1"
FIRST, SIZE, BLOCKS = 20_000, 100, 100
ROW = 50


class NoFreePort(RuntimeError):
    """Every block is owned, or every port of the block is taken."""


class Block:
    """A hundred ports, and single others, that belong to one run until `release`, or its process's end."""

    def __init__(self, number: int) -> None:
        """Claim the block. Raises OSError if another run owns it."""
        self.number = number
        self._claims = [_claimed(f"ports/{number}")]

    @classmethod
    def claim(cls, wanted: int | None = None) -> "Block":
        """Claim the wanted block, or else any that nobody owns."""
        drawn = random.sample(range(BLOCKS), BLOCKS)
        for number in drawn if wanted is None else [wanted, *drawn]:
            try:
                return cls(number)
            except OSError:
                continue
        raise NoFreePort(f"all {BLOCKS} blocks of ports are owned by other runs")

    def take(self, port: int) -> bool:
        """Own this port too, if it is free; False if it is taken, or another run is about to take it."""
        if port in in_block(self.number):
            return is_free(port)
        try:
            self._claims.append(_claimed(f"port/{port}"))
        except OSError:
            return False
        return is_free(port)

    def release(self) -> None:
        """Give everything back."""
        for claim in self._claims:
            claim.close()


def draw_block() -> int:
    """Return the number of some block, for a data folder on which nothing runs yet."""
    return random.randrange(BLOCKS)  # noqa: S311 - spreads checkouts, guards nothing


def in_block(number: int) -> range:
    """Return the ports of a block."""
    return range(FIRST + number * SIZE, FIRST + (number + 1) * SIZE)


def row_of(number: int) -> range:
    """Return those ports of a block that have no names; who asks for them takes what is free of them."""
    return in_block(number)[-ROW:]


def is_free(port: int) -> bool:
    """Tell whether nobody listens on this port of loopback, by TCP or UDP."""
    return _binds(port, socket.SOCK_STREAM) and _binds(port, socket.SOCK_DGRAM)


def pick(block: int, avoid: Collection[int], *wanted: int, take: Callable[[int], bool] = is_free) -> int:
    """Return the first of the wanted ports that can be taken, else the first such one of the block."""
    for port in chain(wanted, in_block(block)[:-ROW]):
        if port not in avoid and take(port):
            return port
    raise NoFreePort(f"no free port in {in_block(block)[:-ROW]}")


def _claimed(name: str) -> socket.socket:
    """Return the proof that a name is ours. Raises OSError if another run has it."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0cns-video-consultation/{name}")
    except OSError:
        claim.close()
        raise
    return claim


def _binds(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        # As servers do: a port whose last connections are still closing down is free all the same.
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
