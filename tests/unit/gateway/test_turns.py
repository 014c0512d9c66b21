"""Few at a time do what is heavy; who has many waiting takes no turn from who has one."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event

import pytest

from gateway.limits.turns import Turns
from services.contracts.errors import ServiceUnavailable

PATIENCE = 60.0
AT_ONCE = 0.0


def test_no_more_than_so_many_have_their_turn() -> None:
    turns = Turns(2, 2, AT_ONCE)
    with turns.of("Léa"), turns.of("Marc"), pytest.raises(ServiceUnavailable), turns.of("Ana"):
        pass
    with turns.of("Ana"):
        pass


def test_one_person_leaves_turns_for_others() -> None:
    turns = Turns(3, 2, AT_ONCE)
    with turns.of("Léa"), turns.of("Léa"):
        with pytest.raises(ServiceUnavailable), turns.of("Léa"):
            pass
        with turns.of("Marc"):
            pass


def test_who_waits_goes_on_when_another_has_ended() -> None:
    turns, here = Turns(1, 1, PATIENCE), Event()

    def take() -> bool:
        here.set()
        with turns.of("Marc"):
            return True

    with ThreadPoolExecutor(1) as pool:
        with ExitStack() as first:
            first.enter_context(turns.of("Léa"))
            waiting: Future[bool] = pool.submit(take)
            assert here.wait(PATIENCE)
        assert waiting.result(PATIENCE)


def test_a_turn_that_fails_is_given_back() -> None:
    turns = Turns(1, 1, AT_ONCE)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.of("Léa"):
            raise ZeroDivisionError
