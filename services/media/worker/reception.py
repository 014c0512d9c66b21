"""What the SFU received of one stream, for its receiver reports (RFC 3550 sections 6.4.1, A.3, A.8)."""

from __future__ import annotations

from aiortc.rtp import RtcpReceiverInfo

_LOST_MAX = 0x7FFFFF


class Reception:
    """Loss and jitter of one SSRC."""

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self.ssrc = ssrc
        self.packets = 0
        self.highest: int | None = None
        """Highest sequence number, extended by the count of its cycles."""
        self._clock_rate = clock_rate
        self._first = 0
        self._transit: float | None = None
        self._jitter = 0.0
        self._expected_before = self._packets_before = 0
        self._report_middle = 0
        self._report_at = 0.0

    def received(self, sequence: int, timestamp: int, now: float) -> None:
        self.packets += 1
        if self.highest is None:
            self.highest = self._first = sequence
        else:
            step = ((sequence - self.highest + 0x8000) & 0xFFFF) - 0x8000
            if step > 0:
                self.highest += step
        self._jitter_of(now * self._clock_rate - timestamp)

    def repaired(self) -> None:
        """A lost packet came after all, retransmitted: no loss, and it says nothing of jitter."""
        self.packets += 1

    def _jitter_of(self, transit: float) -> None:
        if self._transit is not None:
            step = abs(transit - self._transit)
            if step < self._clock_rate:  # else the timestamps jumped
                self._jitter += (step - self._jitter) / 16
        self._transit = transit

    def sender_report(self, ntp_time: int, now: float) -> None:
        """A sender report came; `ntp_time` is its 64-bit NTP timestamp."""
        self._report_middle, self._report_at = ntp_time >> 16 & 0xFFFFFFFF, now

    def report(self, now: float, *, at_least: int = 0) -> RtcpReceiverInfo | None:
        """The report block for the time since the last one; None before the first packet.

        `at_least` is the fraction, of 256, that is told to be lost even if less was.
        """
        if self.highest is None:
            return None
        expected = self.highest - self._first + 1
        lost = max(-_LOST_MAX, min(_LOST_MAX, expected - self.packets))
        delay = int((now - self._report_at) * 65536) if self._report_middle else 0
        return RtcpReceiverInfo(
            ssrc=self.ssrc,
            fraction_lost=max(at_least, self._fraction(expected)),
            packets_lost=lost,
            highest_sequence=self.highest & 0xFFFFFFFF,
            jitter=int(self._jitter) & 0xFFFFFFFF,
            lsr=self._report_middle,
            dlsr=delay & 0xFFFFFFFF,
        )

    def _fraction(self, expected: int) -> int:
        asked, came = expected - self._expected_before, self.packets - self._packets_before
        self._expected_before, self._packets_before = expected, self.packets
        return min(255, ((asked - came) << 8) // asked) if asked > came else 0
