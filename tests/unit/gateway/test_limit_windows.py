"""How long to wait at the borders of a sliding window, and what happens while Redis is away."""

from __future__ import annotations

from typing import Any

import pytest
from redis import ConnectionError as RedisAway

from gateway.limits.windows import Windows, seconds_to_wait
from tests.unit.gateway.fakes import EndlessWindows

AMOUNT, SECONDS = 20, 600


@pytest.mark.parametrize(
    ("before", "before_left", "now", "now_left", "wait"),
    [
        (0, 0, 0, 0, 0),
        (0, 0, 19, 1200, 0),
        (0, 0, 20, 1200, 600),  # just filled: the whole window
        (0, 0, 20, 601, 1),
        (20, 600, 0, 1200, 1),  # filled at once, a window ago: from now on one fits in each half minute
        (20, 599.9, 1, 1199, 30),
        (20, 599.9, 0, 1199, 0),
        (20, 300, 10, 900, 1),
        (20, 299, 10, 900, 0),
        (20, 300, 15, 900, 150),
        (20, 0, 20, 700, 100),
    ],
)
def test_the_wait_is_until_one_more_fits_in(
    before: int, before_left: float, now: int, now_left: float, wait: int
) -> None:
    assert seconds_to_wait(AMOUNT, SECONDS, before, before_left, now, now_left) == wait


def test_what_may_never_be_done_waits_a_whole_window() -> None:
    assert seconds_to_wait(0, SECONDS, 0, 0.0, 0, 0.0) == SECONDS


def test_exactly_so_many_are_taken_and_each_subject_has_its_own() -> None:
    windows = Windows(EndlessWindows())
    assert [windows.take("hold", "one", 3, SECONDS) for _ in range(5)] == [True] * 3 + [False] * 2
    assert windows.used("hold", "one", 3, SECONDS) == 3
    assert windows.wait("hold", "one", 3, SECONDS) == SECONDS
    assert windows.take("hold", "another", 3, SECONDS)
    assert windows.take("login", "one", 3, SECONDS)


class _Away(EndlessWindows):
    """A Redis that does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def _fail(self, *_: Any) -> Any:
        self.asked += 1
        raise RedisAway

    acquire_sliding_window_entry = get_sliding_window = _fail


def test_while_redis_is_away_everything_is_let_through_and_few_wait_for_it() -> None:
    storage, instant = _Away(), [100.0]
    windows = Windows(storage, monotonic=lambda: instant[0])
    assert all(windows.take("hold", "one", 1, SECONDS) for _ in range(10))
    assert windows.wait("hold", "one", 1, SECONDS) == 0
    assert storage.asked == 1
    instant[0] += 5.0
    assert windows.take("hold", "one", 1, SECONDS)
    assert storage.asked == 2
