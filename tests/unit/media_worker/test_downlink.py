"""The rule for a browser's downlink, over lines that are played through in steps of 50 ms."""

import random
from dataclasses import dataclass, field

import pytest

from services.media.worker.downlink import FLOOR, PAUSES, PROBE_LAST, RESENT_BURST, TRIAL, Downlink

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
    untold: bool = False
    """The browser says nothing."""

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
        if tell and self._sends() and not self.untold:
            self.downlink.estimated(self._estimate(), self.now)

    def _sends(self) -> float:
        if self.downlink.sound_only:
            return self.downlink.padding
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


def test_an_estimate_that_climbs_from_where_it_started_limits_nobody() -> None:
    line = Line(capacity=5_000_000, wanted=124_000, untold=True)
    for second in range(8):
        line.play(0.25)
        line.downlink.estimated(104_000 * 1.02**second, line.now)
    assert line.downlink.allowance is None


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
    report(line, 0.2, seconds=3)
    assert line.downlink.allowance is None
    report(line, 0.2, seconds=2)
    assert line.downlink.allowance == pytest.approx(0.9 * line.wanted, rel=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_five_in_a_hundred_lost_is_repaired_and_no_reason_to_limit(seed: int) -> None:
    """Of six packets to a report, as browsers send them: every fourth report tells of one lost or more."""
    line, dice = Line(capacity=5_000_000), random.Random(seed)
    line.play(5)
    for _ in range(240):
        report(line, sum(dice.random() < 0.05 for _ in range(6)) / 6, seconds=0.25)
    assert line.downlink.allowance is None


def report(line: Line, lost: float, seconds: float) -> None:
    """Four reports a second, each of the same loss."""
    for _ in range(round(seconds * 4)):
        line.play(0.25)
        line.downlink.lost(lost, line.now)


def test_where_no_picture_fits_sound_alone_goes_on() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(8)
    assert line.downlink.sound_only


def test_pictures_come_back_by_themselves_when_the_line_allows() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(15)
    line.capacity = 2_000_000
    line.play(PAUSES[0] + 45)
    assert not line.downlink.sound_only
    assert line.downlink.allowance is None or line.downlink.allowance > TRIAL


def test_a_line_without_room_is_tried_with_packets_that_carry_nothing_alone() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(8)
    line.rates, line.longest_queue = [], 0.0
    line.play(120)
    assert line.downlink.sound_only
    assert 0 < max(line.rates) < FLOOR
    assert line.longest_queue < QUEUE / 2


def test_who_has_room_for_them_gets_more_and_more_before_pictures_come() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(8)
    line.capacity, line.rates = 2_000_000, []
    while line.downlink.sound_only:
        line.play(1)
    tried = [rate for rate in line.rates if rate and rate < TRIAL]
    assert tried == sorted(tried)
    assert max(line.rates[:-20]) > 0.7 * PROBE_LAST


def test_an_estimate_that_only_stands_where_it_stood_stops_no_trial() -> None:
    line = Line(capacity=FLOOR / 2)
    while not line.downlink.sound_only:
        line.play(0.25)
    line.downlink.estimated(1_000, line.now)
    line.untold = True
    line.play(PAUSES[0] + 2)
    line.downlink.estimated(1_000, line.now)
    assert line.downlink.padding
    line.downlink.estimated(500, line.now)
    assert not line.downlink.padding


@pytest.mark.parametrize("before", [(), (0.0,), (0.0, 0.5, 0.5), (0.5,)], ids=str)
def test_sound_that_gets_lost_stops_a_trial_at_once(before: tuple[float, ...]) -> None:
    line = tried(*before)
    line.downlink.sound_lost(0.13, line.now)
    assert not line.downlink.padding


def test_a_line_that_loses_some_of_all_sound_anyway_can_be_tried_and_gets_its_pictures_back() -> None:
    line = tried(0.05, 0.03, 0.06)
    line.capacity = 2_000_000
    for lost in (0.05, 0.07, 0.05, 0.03):
        line.downlink.sound_lost(lost, line.now)
        line.play(2.5)
    assert not line.downlink.sound_only


def test_sound_that_gets_lost_more_than_anyway_stops_a_trial() -> None:
    line = tried(0.03, 0.03, 0.03)
    line.downlink.sound_lost(0.085, line.now)
    assert not line.downlink.padding


def tried(*losses: float) -> Line:
    """A line of which these losses of sound were told, then tried with packets that carry nothing."""
    line = Line(capacity=FLOOR / 2)
    line.play(8)
    for lost in losses:
        line.downlink.sound_lost(lost, line.now)
    while not line.downlink.padding:
        line.play(0.5)
    return line


def test_on_a_limited_line_few_packets_are_sent_again_on_any_other_all() -> None:
    line = Line(capacity=5_000_000)
    line.play(5)
    assert line.downlink.resends(200, line.now) == 200
    line.downlink.estimated(200_000, line.now)
    assert line.downlink.resends(200, line.now) == RESENT_BURST
    assert line.downlink.resends(200, line.now) == 0
    assert 0 < line.downlink.resends(200, line.now + 1) < RESENT_BURST


def test_pauses_grow_longer_while_the_line_stays_bad() -> None:
    line = Line(capacity=FLOOR / 2)
    line.play(300)
    tried = sum(rate > 0 for rate in line.rates[-4000:]) / 4000
    assert tried < 0.2
