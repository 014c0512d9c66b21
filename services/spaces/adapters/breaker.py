"""A circuit breaker round one source: who does not answer is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from circuitbreaker import STATE_HALF_OPEN, CircuitBreaker

from services.spaces.domain.sources import SourceAway, SourcePaused

AnswerT = TypeVar("AnswerT")


class _Failed(Exception):
    """What the library is told: it keeps the last failure, and shall keep nothing of what was asked."""


class Breaker:
    """Opens after so many failures in a row; some seconds later one question at a time tries again."""

    def __init__(self, failures: int, seconds: int) -> None:
        self._circuit = CircuitBreaker(failures, seconds, expected_exception=_Failed)
        self._trying = False

    @property
    def is_closed(self) -> bool:
        closed: bool = self._circuit.closed
        return closed

    def ask(self, question: Callable[[], AnswerT]) -> AnswerT:
        """What `question` returns; raising SourceAway is its failure.  Errors: SourceAway, SourcePaused."""
        trial = self._circuit.state == STATE_HALF_OPEN
        if self._circuit.opened or (trial and self._trying):
            raise SourcePaused(timedelta(seconds=max(1, self._circuit.open_remaining)))
        self._trying |= trial
        try:
            answer = question()
        except SourceAway:
            self._circuit.__exit__(_Failed, _Failed(), None)
            raise
        finally:
            self._trying &= not trial
        self._circuit.__exit__(None, None, None)
        return answer
