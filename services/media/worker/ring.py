"""The last packets of a publisher's video, for retransmission."""

from __future__ import annotations

from typing import NamedTuple

CAPACITY = 1024
"""Packets kept, a power of two: two to ten seconds of video."""


class Kept(NamedTuple):
    """A packet without its header: the publisher's numbers, the payload in the clear."""

    sequence: int
    flags: int
    """First header byte of a forwarded copy: version, and padding if the payload ends in it."""
    marker: int
    timestamp: int
    payload: bytes


class PacketRing:
    """Packets by sequence number; a newer one takes the place of the one CAPACITY before it.

    In columns of numbers and bytes: a node keeps a hundred thousand packets, and an object for each would be
    looked at by every full collection of garbage, while all calls wait.
    """

    __slots__ = ("_heads", "_payloads", "_sequences")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all of them: what pictures showed does not wait for the collector."""
        self._sequences: list[int] = [-1] * CAPACITY
        self._heads = [0] * CAPACITY
        self._payloads = [b""] * CAPACITY

    def put(self, sequence: int, flags: int, marker: int, timestamp: int, payload: bytes) -> None:
        at = sequence % CAPACITY
        self._sequences[at] = sequence
        self._heads[at] = flags << 40 | marker << 32 | timestamp
        self._payloads[at] = payload

    def get(self, sequence: int) -> Kept | None:
        """The packet of that number, None if it never came or is too long ago."""
        at = sequence % CAPACITY
        if self._sequences[at] != sequence:
            return None
        head = self._heads[at]
        return Kept(sequence, head >> 40, head >> 32 & 0xFF, head & 0xFFFFFFFF, self._payloads[at])
