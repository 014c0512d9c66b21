"""What a publisher's video lacks here, and when to ask for it again (RFC 4585 section 6.2.1)."""

from __future__ import annotations

RETRY = 0.06
"""Seconds until a missing packet is asked for again: about one round trip."""
TRIES = 8
MAX_GAP = 256
"""A greater gap is not a loss but a break: only a keyframe helps."""
MAX_PENDING = 512


class MissingPackets:
    """Gaps in one stream's sequence numbers."""

    def __init__(self) -> None:
        self._highest: int | None = None
        self._pending: dict[int, tuple[int, float]] = {}
        """Sequence number to tries made and the time of the next one."""

    def __bool__(self) -> bool:
        return bool(self._pending)

    def __contains__(self, sequence: int) -> bool:
        return sequence in self._pending

    def arrived(self, sequence: int, now: float) -> bool:
        """Note a packet.  False when it cannot be caught up with: ask for a keyframe."""
        if self._highest is None:
            self._highest = sequence
            return True
        gap = (sequence - self._highest) & 0xFFFF
        if gap == 1:
            self._highest = sequence
            return True
        if gap == 0 or gap >= 0x8000:
            self._pending.pop(sequence, None)
            return True
        return self._skipped(sequence, gap, now)

    def _skipped(self, sequence: int, gap: int, now: float) -> bool:
        first = sequence - gap + 1
        self._highest = sequence
        if gap > MAX_GAP or len(self._pending) + gap > MAX_PENDING:
            self._pending.clear()
            return False
        for lost in range(first, first + gap - 1):
            self._pending[lost & 0xFFFF] = (0, now)
        return True

    def due(self, now: float) -> list[int]:
        """Numbers to ask for now; one that was asked for TRIES times in vain is given up."""
        asked = [lost for lost, (_, at) in self._pending.items() if at <= now]
        for lost in asked:
            self._asked(lost, now)
        return asked

    def _asked(self, lost: int, now: float) -> None:
        tries, _ = self._pending[lost]
        if tries + 1 >= TRIES:
            del self._pending[lost]
        else:
            self._pending[lost] = (tries + 1, now + RETRY)
