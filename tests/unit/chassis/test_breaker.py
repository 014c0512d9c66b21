"""The circuit breaker round a server outside, with time that a test lets pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import circuitbreaker
import pytest

from services.chassis.breaker import Breaker, Paused


class Away(Exception):
    """The server does not answer."""


class Time:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(circuitbreaker, "monotonic", made)
    return made


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(3, 30, Away)


def fail() -> str:
    raise Away


def answer() -> str:
    return "an answer"


def never() -> str:
    raise AssertionError("nobody is to be asked")


def failed(breaker: Breaker, times: int, question: Callable[[], str] = fail) -> Breaker:
    for _ in range(times):
        with pytest.raises(Away):
            breaker.ask(question)
    return breaker


def test_failures_in_a_row_open_it_and_nobody_is_asked_then(breaker: Breaker) -> None:
    failed(breaker, 3)
    with pytest.raises(Paused) as paused:
        breaker.ask(never)
    assert paused.value.again_in == timedelta(seconds=30)
    assert not breaker.is_closed


def test_an_answer_in_between_begins_the_count_anew(breaker: Breaker) -> None:
    failed(breaker, 2)
    assert breaker.ask(answer) == "an answer"
    assert failed(breaker, 2).is_closed


def test_it_closes_with_an_answer_after_the_pause(breaker: Breaker, time: Time) -> None:
    failed(breaker, 3)
    time.seconds += 30
    assert breaker.ask(answer) == "an answer"
    assert breaker.is_closed


def test_a_failure_after_the_pause_opens_it_again(breaker: Breaker, time: Time) -> None:
    failed(breaker, 3)
    time.seconds += 30
    failed(breaker, 1)
    with pytest.raises(Paused):
        breaker.ask(never)


def test_after_the_pause_one_question_at_a_time_tries(breaker: Breaker, time: Time) -> None:
    failed(breaker, 3)
    time.seconds += 30

    def meanwhile() -> str:
        with pytest.raises(Paused):
            breaker.ask(never)
        return "an answer"

    assert breaker.ask(meanwhile) == "an answer"
    assert breaker.ask(answer) == "an answer"


def test_a_question_that_breaks_off_lets_the_next_one_try(breaker: Breaker, time: Time) -> None:
    failed(breaker, 3)
    time.seconds += 30
    with pytest.raises(AssertionError):
        breaker.ask(never)
    assert breaker.ask(answer) == "an answer"


def test_questions_do_not_wait_for_one_another(breaker: Breaker) -> None:
    """Some libraries hold a lock while a question is under way."""
    assert breaker.ask(lambda: breaker.ask(answer)) == "an answer"


def test_the_library_keeps_nothing_of_a_question_that_failed(breaker: Breaker) -> None:
    failed(breaker, 1)
    kept = breaker._circuit.last_failure
    assert (kept.args, kept.__traceback__, kept.__context__) == ((), None, None)
