"""Numbers of a forwarded stream: continuous for the receiver, whichever publisher is behind it.

A receiving slot keeps its SSRC for good.  When its publisher changes or comes back, sequence numbers go on by
one and timestamps by the time that has passed, so that the receiver sees one stream with a pause.
"""

from __future__ import annotations

from services.media.worker.rtp import newer

_SEQUENCES = 0xFFFF
_TIMESTAMPS = 0xFFFFFFFF


class Numbering:
    """Offsets from one publisher's numbers to one slot's, modulo 2^16 and 2^32."""

    def __init__(self, clock_rate: int, sequence: int, timestamp: int) -> None:
        """`sequence` and `timestamp` are the slot's first ones: random (RFC 3550 section 5.1)."""
        self._clock_rate = clock_rate
        self._last_sequence = (sequence - 1) & _SEQUENCES
        self._last_timestamp = timestamp
        self._last_at: float | None = None
        self._reach = 0
        """How far behind the last number the publisher's first one lies."""
        self._is_first = True
        self.sequence_offset = 0
        self.timestamp_offset = 0

    def switch(self, sequence: int, timestamp: int, now: float) -> None:
        """The next packet is the first of another publisher and carries these numbers."""
        self._is_first, self._reach = self._last_at is None, 0
        pause = 0 if self._last_at is None else max(1, int((now - self._last_at) * self._clock_rate))
        self.sequence_offset = (self._last_sequence + 1 - sequence) & _SEQUENCES
        self.timestamp_offset = (self._last_timestamp + pause - timestamp) & _TIMESTAMPS
        self._last_sequence = (self._last_sequence + 1) & _SEQUENCES

    def sequence(self, published: int) -> int:
        return (published + self.sequence_offset) & _SEQUENCES

    def timestamp(self, published: int) -> int:
        return (published + self.timestamp_offset) & _TIMESTAMPS

    def published(self, sequence: int) -> int:
        """The publisher's number of what the receiver knows as `sequence`."""
        return (sequence - self.sequence_offset) & _SEQUENCES

    def is_own(self, sequence: int) -> bool:
        """Whether the slot's `sequence` is the publisher's, and not of before he had the slot."""
        return (self._last_sequence - sequence) & _SEQUENCES <= self._reach

    def forwarded(self, sequence: int, timestamp: int, now: float) -> bool:
        """Note what goes out, in the slot's numbers.

        False for what must not: a late packet of before the first one, whose number was another publisher's.
        """
        if not newer(sequence, self._last_sequence) and sequence != self._last_sequence:
            return self._is_first or self.is_own(sequence)
        self._reach += (sequence - self._last_sequence) & _SEQUENCES
        self._last_sequence, self._last_timestamp = sequence, timestamp
        self._last_at = now
        return True
