"""Reads transport-wide feedback as a sender would, written from the draft's text alone."""

import struct


def read(control: bytes) -> dict[int, float | None]:
    """Arrival of each reported packet in seconds, by number; None for one that did not come."""
    base, count, word = struct.unpack_from("!HHI", control)
    symbols, at = _symbols(control, count)
    clock = (word >> 8) * 0.064
    arrivals: dict[int, float | None] = {}
    for number, symbol in enumerate(symbols):
        key = (base + number) & 0xFFFF
        arrivals[key] = None
        if symbol:
            form, size = ("!B", 1) if symbol == 1 else ("!h", 2)
            clock += struct.unpack_from(form, control, at)[0] * 0.00025
            arrivals[key], at = clock, at + size
    assert len(control) % 4 == 0
    assert len(control) - at < 4
    return arrivals


def _symbols(control: bytes, count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    at = 8
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", control, at)
        at += 2
        if chunk >> 15:
            assert chunk >> 14 & 1, "only two-bit vectors are written"
            symbols += [chunk >> 2 * (6 - n) & 3 for n in range(7)]
        else:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
    return symbols[:count], at
