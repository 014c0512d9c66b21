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
    """Packets by sequence number; a newer one takes the place of the one CAPACITY before it."""

    def __init__(self) -> None:
        self._places: list[Kept | None] = [None] * CAPACITY

    def put(self, packet: Kept) -> None:
        self._places[packet.sequence % CAPACITY] = packet

    def get(self, sequence: int) -> Kept | None:
        """The packet of that number, None if it never came or is too long ago."""
        found = self._places[sequence % CAPACITY]
        return found if found and found.sequence == sequence else None
