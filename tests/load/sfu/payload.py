"""What the generator's packets carry: a mark by which they are known again, and when they left."""

from __future__ import annotations

import struct
import time

_MARK = b"\x10sealed-by-the-bench"
_INSTANT = struct.Struct("!Q")
"""Nanoseconds of the system's clock, as the kernel stamps arrivals with it."""


def filled(size: int) -> bytes:
    """A payload of that size; its instant is still to be written."""
    return (_MARK + bytes(_INSTANT.size)).ljust(size, b"\xa5")


def stamp(view: memoryview, at: int) -> None:
    """Write the present instant into the payload that begins there."""
    _INSTANT.pack_into(view, at + len(_MARK), time.time_ns())


def left_at(packet: bytes) -> int | None:
    """When a decrypted packet left; None for one that is not of the generator's."""
    found = packet.find(_MARK)
    if found < 0:
        return None
    instant: int = _INSTANT.unpack_from(packet, found + len(_MARK))[0]
    return instant
