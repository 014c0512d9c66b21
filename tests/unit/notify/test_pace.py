"""Mails make way while booking is busy."""

from collections.abc import Iterable
from contextlib import suppress

import pytest

from services.notify.pace import Pace


class Seconds:
    """Real time that passes only when told to; remembers the rests."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.rests: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds

    def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.pass_by(seconds)


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def pace(seconds: Seconds) -> Pace:
    return Pace(seconds.monotonic, seconds.sleep)


def write(pace: Pace, seconds: Seconds, answers: Iterable[float]) -> None:
    """A mail for each answer that booking takes so long for."""
    for answer in answers:
        pace.rest()
        with pace.asking():
            seconds.pass_by(answer)


def test_mails_do_not_rest_while_booking_answers_as_usual(pace: Pace, seconds: Seconds) -> None:
    write(pace, seconds, [0.004, 0.005, 0.011, 0.003, 0.008, 0.004])
    assert seconds.rests == []


def test_a_late_answer_is_followed_by_a_rest_of_many_times_its_delay(pace: Pace, seconds: Seconds) -> None:
    write(pace, seconds, [0.005, 0.035, 0.005, 0.005])
    assert seconds.rests == [pytest.approx(0.4, rel=0.01)]


def test_a_rest_is_never_long(pace: Pace, seconds: Seconds) -> None:
    write(pace, seconds, [0.005, 4.0, 0.005])
    assert seconds.rests == [pytest.approx(2.0)]


def test_who_comes_later_does_not_wait_for_a_rest_that_is_over(pace: Pace, seconds: Seconds) -> None:
    write(pace, seconds, [0.005, 0.035])
    seconds.pass_by(60)
    write(pace, seconds, [0.005])
    assert seconds.rests == []


def test_an_answer_that_does_not_come_is_late(pace: Pace, seconds: Seconds) -> None:
    write(pace, seconds, [0.005])
    with suppress(TimeoutError), pace.asking():
        seconds.pass_by(5)
        raise TimeoutError
    pace.rest()
    assert seconds.rests == [pytest.approx(2.0)]


def test_what_is_slow_for_long_becomes_usual(pace: Pace, seconds: Seconds) -> None:
    write(pace, seconds, [0.005])
    write(pace, seconds, [0.05] * 2_000)
    assert seconds.rests
    seconds.rests.clear()
    write(pace, seconds, [0.05] * 10)
    assert seconds.rests == []
