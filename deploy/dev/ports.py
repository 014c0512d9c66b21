"""Free ports on loopback, outside the range that the kernel gives to outgoing connections."""

import random
import socket
from collections.abc import Container

HOST = "127.0.0.1"
RANGE = range(20_000, 30_000)
ATTEMPTS = 200


class NoFreePort(RuntimeError):
    """No port of the range could be bound."""


def is_free(port: int) -> bool:
    """Tell whether nobody listens on this port of loopback, by TCP or UDP."""
    return _binds(port, socket.SOCK_STREAM) and _binds(port, socket.SOCK_DGRAM)


def pick(avoid: Container[int], *wanted: int) -> int:
    """Return the first of the wanted ports that is free, else any free one, none of those to avoid."""
    drawn = (random.choice(RANGE) for _ in range(ATTEMPTS))  # noqa: S311 - spreads checkouts, guards nothing
    for port in (*wanted, *drawn):
        if port not in avoid and is_free(port):
            return port
    raise NoFreePort(f"no free port among {ATTEMPTS} drawn from {RANGE.start}-{RANGE.stop}")


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
