"""Ports on loopback: each run owns a block of them, so that runs which start side by side never collide.

The blocks lie outside the range that the kernel gives to outgoing connections. Who owns one is known to the
kernel alone (an abstract socket named after the block), so nothing is left behind when the owner dies.
"""

import random
import socket
from collections.abc import Collection
from itertools import chain

HOST = "127.0.0.1"
FIRST, SIZE, BLOCKS = 20_000, 100, 100


class NoFreePort(RuntimeError):
    """Every block is owned, or every port of the block is taken."""


class Block:
    """A hundred ports that belong to one run until `release`, or until its process ends."""

    def __init__(self, number: int) -> None:
        """Claim the block. Raises OSError if another run owns it."""
        self.number = number
        self._claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._claim.bind(f"\0cns-video-consultation/ports/{number}")
        except OSError:
            self._claim.close()
            raise

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

    def release(self) -> None:
        """Give the block back."""
        self._claim.close()


def draw_block() -> int:
    """Return the number of some block, for a data folder on which nothing runs yet."""
    return random.randrange(BLOCKS)  # noqa: S311 - spreads checkouts, guards nothing


def in_block(number: int) -> range:
    """Return the ports of a block."""
    return range(FIRST + number * SIZE, FIRST + (number + 1) * SIZE)


def is_free(port: int) -> bool:
    """Tell whether nobody listens on this port of loopback, by TCP or UDP."""
    return _binds(port, socket.SOCK_STREAM) and _binds(port, socket.SOCK_DGRAM)


def pick(block: int, avoid: Collection[int], *wanted: int) -> int:
    """Return the first of the wanted ports that is free, else the first free one of the block."""
    for port in chain(wanted, in_block(block)):
        if port not in avoid and is_free(port):
            return port
    raise NoFreePort(f"no free port in {in_block(block)}")


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
