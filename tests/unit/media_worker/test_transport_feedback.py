import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media.worker.transport_feedback import MAX_REPORTS, MAX_STATUSES, TransportFeedback
from services.media.worker.udp import SLOT
from tests.unit.media_worker.feedback_reader import read

TICK = 0.00025


def test_nothing_to_tell_without_arrivals() -> None:
    assert TransportFeedback().build() == []


def test_arrivals_and_gaps_are_told() -> None:
    feedback = TransportFeedback()
    for sequence, at in ((65_534, 10.0), (65_535, 10.001), (2, 10.02)):
        feedback.arrived(sequence, at)
    (control,) = feedback.build()
    told = read(control)
    assert list(told) == [65_534, 65_535, 0, 1, 2]
    assert told[0] is told[1] is None
    assert told[2] - told[65_534] == pytest.approx(0.02, abs=2 * TICK)


def test_a_loss_between_two_reports_is_told_in_the_second() -> None:
    feedback = TransportFeedback()
    feedback.arrived(1, 1.0)
    feedback.build()
    feedback.arrived(4, 1.1)
    told = read(feedback.build()[0])
    assert [number for number, at in told.items() if at is None] == [2, 3]


def test_a_packet_that_came_out_of_order_has_a_negative_delta() -> None:
    feedback = TransportFeedback()
    for sequence, at in ((1, 1.0), (3, 1.01), (2, 1.02)):
        feedback.arrived(sequence, at)
    told = read(feedback.build()[0])
    assert told[3] < told[2]


def test_reports_are_counted() -> None:
    feedback = TransportFeedback()
    counts = []
    for sequence in range(3):
        feedback.arrived(sequence, 1.0)
        counts.append(feedback.build()[0][7])
    assert counts == [0, 1, 2]


@given(st.lists(st.booleans(), min_size=1, max_size=400), st.integers(0, 0xFFFF))
def test_every_pattern_of_loss_is_told_exactly(pattern: list[bool], base: int) -> None:
    feedback = TransportFeedback()
    feedback.arrived(base, 5.0)
    for number, came in enumerate(pattern, 1):
        if came:
            feedback.arrived((base + number) & 0xFFFF, 5.0 + number * 0.003)
    told = {}
    for control in feedback.build():
        told |= read(control)
    came = {(base + n) & 0xFFFF for n, here in enumerate(pattern, 1) if here} | {base}
    assert {number for number, at in told.items() if at is not None} == came
    for number, here in enumerate(pattern, 1):
        if here:
            elapsed = told[(base + number) & 0xFFFF] - told[base]
            assert elapsed == pytest.approx(number * 0.003, abs=2 * TICK)


def test_a_hole_of_thousands_is_skipped_and_not_spelled_out() -> None:
    feedback = TransportFeedback()
    feedback.arrived(0, 1.0)
    feedback.arrived(20_000, 1.1)
    assert sum(len(control) for control in feedback.build()) < 100


def test_wild_numbers_bring_no_flood_of_reports() -> None:
    feedback = TransportFeedback()
    for step in range(500):
        feedback.arrived(step * 7_919 & 0xFFFF, 100.0)
    assert 0 < len(feedback.build()) <= MAX_REPORTS
    feedback.arrived(1, 101.0)
    assert len(feedback.build()) == 1


def test_no_report_is_longer_than_a_buffer_whatever_the_order() -> None:
    feedback = TransportFeedback()
    feedback.arrived(0, 99.0)
    feedback.build()
    for late in range(3 * MAX_STATUSES):
        feedback.arrived(3 * MAX_STATUSES - late, 100 + late * 0.001)
    longest = max(map(len, feedback.build()))
    assert 2 * MAX_STATUSES < longest < SLOT - 100
