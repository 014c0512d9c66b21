"""A circuit breaker round one server outside: who does not answer is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from circuitbreaker import STATE_HALF_OPEN, CircuitBreaker

AnswerT = TypeVar("AnswerT")


class Paused(Exception):
    """Not asked: it did not answer the last times."""

    def __init__(self, again_in: timedelta) -> None:
        super().__init__("paused")
        self.again_in = again_in


class _Failed(Exception):
    """What the library is told: it keeps the last failure, and shall keep nothing of what was asked."""


class Breaker:
    """Opens after so many failures in a row; some seconds later one question at a time tries again."""

    def __init__(self, failures: int, seconds: int, failure: type[Exception]) -> None:
        """`failure`: what counts as one; whatever else a question raises says nothing of the server."""
        self._circuit = CircuitBreaker(failures, seconds, expected_exception=_Failed)
        self._failure, self._trying = failure, False

    @property
    def is_closed(self) -> bool:
        closed: bool = self._circuit.closed
        return closed

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked now."""
        opened: bool = self._circuit.opened
        return opened

    def ask(self, question: Callable[[], AnswerT]) -> AnswerT:
        """What `question` returns, or raises.  Errors: Paused."""
        trial = self._circuit.state == STATE_HALF_OPEN
        if self._circuit.opened or (trial and self._trying):
            raise Paused(timedelta(seconds=max(1, self._circuit.open_remaining)))
        self._trying |= trial
        try:
            answer = question()
        except self._failure:
            self._circuit.__exit__(_Failed, _Failed(), None)
            raise
        finally:
            self._trying &= not trial
        self._circuit.__exit__(None, None, None)
        return answer
