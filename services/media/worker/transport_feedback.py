"""Transport-wide congestion control feedback: when each packet of a publisher arrived.

draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.  The publisher's browser estimates its own
bandwidth from it.
"""

from __future__ import annotations

import struct

TICK = 0.00025
"""Seconds of one receive delta."""
REFERENCE = 0.064
"""Seconds of one unit of the reference time."""
MAX_STATUSES = 700
"""Of one report: at two bytes and a bit for each it fits into a datagram's buffer."""
MAX_REPORTS = 4
"""At once; whoever numbers his packets so wildly that more were needed is told nothing of the rest."""

_NOT_RECEIVED, _SMALL, _LARGE = 0, 1, 2
_SYMBOLS_PER_CHUNK = 7
_LAST = 0x7FFF


class TransportFeedback:
    """Arrivals since the last feedback, of all streams of one transport."""

    def __init__(self) -> None:
        self._arrivals: dict[int, float] = {}
        self._highest: int | None = None
        self._next: int | None = None
        """Extended number from which the next feedback reports."""
        self._count = 0

    def arrived(self, sequence: int, now: float) -> None:
        """Note a packet by its 16-bit transport-wide number."""
        if self._highest is None:
            self._highest = self._next = sequence
        extended = self._highest + ((sequence - self._highest + 0x8000) & 0xFFFF) - 0x8000
        self._highest = max(self._highest, extended)
        self._arrivals[extended] = now

    def build(self) -> list[bytes]:
        """Feedback control information of the packets to send now; empty if nothing came."""
        reports: list[bytes] = []
        while self._arrivals and len(reports) < MAX_REPORTS:
            reports.append(self._report())
        self._arrivals.clear()
        return reports

    def _report(self) -> bytes:
        first = min(self._arrivals) if self._next is None else min(self._next, min(self._arrivals))
        last = min(max(self._arrivals), first + MAX_STATUSES - 1)
        if last < min(self._arrivals):  # a hole longer than one report
            first = min(self._arrivals)
            last = min(max(self._arrivals), first + MAX_STATUSES - 1)
        arrivals = [self._arrivals.pop(number, None) for number in range(first, last + 1)]
        self._next = last + 1
        self._count = (self._count + 1) & 0xFF
        return _encode(first & 0xFFFF, arrivals, (self._count - 1) & 0xFF)


def _encode(base: int, arrivals: list[float | None], count: int) -> bytes:
    reference = int(next(at for at in arrivals if at is not None) / REFERENCE)
    symbols, deltas = _deltas(arrivals, reference)
    head = struct.pack("!HHI", base, len(arrivals), (reference & 0xFFFFFF) << 8 | count)
    body = head + _chunks(symbols) + deltas
    return body + bytes(-len(body) % 4)


def _deltas(arrivals: list[float | None], reference: int) -> tuple[list[int], bytes]:
    """A symbol per packet, and the receive deltas of those that came."""
    symbols, deltas = [], bytearray()
    before = reference * round(REFERENCE / TICK)
    for at in arrivals:
        if at is None:
            symbols.append(_NOT_RECEIVED)
            continue
        ticks = int(at / TICK)
        delta, before = ticks - before, ticks
        small = 0 <= delta <= 0xFF
        symbols.append(_SMALL if small else _LARGE)
        deltas += struct.pack("!B", delta) if small else struct.pack("!h", max(-_LAST, min(_LAST, delta)))
    return symbols, bytes(deltas)


def _chunks(symbols: list[int]) -> bytes:
    """Run-length chunks where seven or more are alike, else vectors of seven two-bit symbols."""
    chunks = bytearray()
    at = 0
    while at < len(symbols):
        run = _run(symbols, at)
        if run >= _SYMBOLS_PER_CHUNK:
            chunks += struct.pack("!H", symbols[at] << 13 | run)
            at += run
        else:
            chunks += struct.pack("!H", _vector(symbols[at : at + _SYMBOLS_PER_CHUNK]))
            at += _SYMBOLS_PER_CHUNK
    return bytes(chunks)


def _run(symbols: list[int], at: int) -> int:
    end = at
    while end < len(symbols) and end - at < 0x1FFF and symbols[end] == symbols[at]:
        end += 1
    return end - at


def _vector(symbols: list[int]) -> int:
    value = 0b11
    for symbol in symbols:
        value = value << 2 | symbol
    return value << 2 * (_SYMBOLS_PER_CHUNK - len(symbols))
