"""The rule for a browser's downlink, over lines that are played through in steps of 50 ms."""

from dataclasses import dataclass, field

import pytest

from services.media.worker.downlink import FLOOR, PAUSES, TRIAL, Downlink

STEP = 0.05
QUEUE = 0.5
"""Seconds that a router keeps."""


@dataclass
class Line:
    """A line of `capacity` bits a second with a queue, and a browser that estimates as libwebrtc does."""

    capacity: float
    wanted: float = 1_500_000
    """What the publisher sends where nobody limits him."""
    downlink: Downlink = field(default_factory=Downlink)
    now: float = 100.0
    octets: float = 0.0
    queued: float = 0.0
    """Bits on the way."""
    longest_queue: float = 0.0
    rates: list[float] = field(default_factory=list)

    def play(self, seconds: float) -> None:
        for step in range(round(seconds / STEP)):
            self._step(tell=step % 10 == 0)

    def _step(self, *, tell: bool) -> None:
        self.now += STEP
        sent = self._sends() * STEP
        self.octets += sent / 8
        self.queued = max(0.0, min(QUEUE * self.capacity, self.queued + sent - self.capacity * STEP))
        self.longest_queue = max(self.longest_queue, self.queued / self.capacity)
        self.rates.append(self._sends())
        self.downlink.tick(round(self.octets), self.now)
        if tell and not self.downlink.sound_only:
            self.downlink.estimated(self._estimate(), self.now)

    def _sends(self) -> float:
        if self.downlink.sound_only:
            return 0.0
        return self.wanted if self.downlink.allowance is None else min(self.wanted, self.downlink.allowance)

    def _estimate(self) -> float:
        if self.queued > 0.05 * self.capacity:
            return 0.85 * min(self.capacity, self.downlink.rate)
        return 1.5 * self.downlink.rate + 10_000


def test_a_line_that_takes_everything_is_never_limited() -> None:
    line = Line(capacity=5_000_000)
    line.play(60)
    assert line.downlink.allowance is None


def test_a_low_estimate_at_the_start_limits_nobody() -> None:
    line = Line(capacity=5_000_000, wanted=100_000)
    line.play(1)
    line.downlink.estimated(120_000, line.now)
    line.wanted = 1_500_000
    line.play(30)
    assert line.downlink.allowance is None


def test_a_narrow_line_is_filled_and_not_flooded() -> None:
    line = Line(capacity=300_000)
    line.play(10)
    line.longest_queue, line.rates = 0.0, []
    line.play(60)
    assert sum(line.rates) / len(line.rates) > 0.7 * line.capacity
    assert line.longest_queue < QUEUE / 2
    assert 0 not in line.rates


def test_a_line_that_becomes_wide_again_is_used_again() -> None:
    line = Line(capacity=300_000)
    line.play(20)
    line.capacity = 5_000_000
    line.play(60)
    assert line.downlink.allowance is None or line.downlink.allowance > line.wanted


def test_one_low_estimate_alone_changes_nothing() -> None:
    line = Line(capacity=5_000_000)
    line.play(5)
    line.downlink.estimated(0.9 * line.wanted, line.now)
    assert line.downlink.allowance is None
    line.downlink.estimated(0.9 * line.wanted, line.now)
    assert line.downlink.allowance == pytest.approx(0.9 * 0.95 * line.wanted)


def test_a_line_that_breaks_down_counts_at_once() -> None:
    line = Line(capacity=5_000_000)
    line.play(5)
    line.downlink.estimated(200_000, line.now)
    assert line.downlink.allowance == pytest.approx(190_000)


def test_complaints_about_what_was_sent_before_a_cut_do_not_count() -> None:
    line = Line(capacity=5_000_000)
    line.play(5)
    line.downlink.estimated(200_000, line.now)
    line.downlink.estimated(20_000, line.now + 0.5)
    assert line.downlink.allowance == pytest.approx(190_000)
    line.downlink.estimated(20_000, line.now + 1.0)
    assert line.downlink.allowance == pytest.approx(19_000)


def test_heavy_loss_limits_without_any_estimate() -> None:
    line = Line(capacity=5_000_000)
    line.play(5)
    line.downlink.lost(0.2, line.now)
    assert line.downlink.allowance is None
    line.downlink.lost(0.2, line.now)
    assert line.downlink.allowance == pytest.approx(0.9 * line.wanted, rel=0.05)


def test_five_in_a_hundred_lost_is_repaired_and_no_reason_to_limit() -> None:
    line = Line(capacity=5_000_000)
    line.play(5)
    for _ in range(100):
        line.downlink.lost(0.05, line.now)
    assert line.downlink.allowance is None


def test_where_no_picture_fits_sound_alone_goes_on() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(8)
    assert line.downlink.sound_only


def test_pictures_come_back_by_themselves_when_the_line_allows() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(15)
    line.capacity = 2_000_000
    line.play(PAUSES[0] + 30)
    assert not line.downlink.sound_only
    assert line.downlink.allowance is None or line.downlink.allowance > TRIAL


def test_pauses_grow_longer_while_the_line_stays_bad() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(300)
    with_pictures = sum(rate > 0 for rate in line.rates[-4000:]) / 4000
    assert with_pictures < 0.2
