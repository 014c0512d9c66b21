"""How busy agents are is counted seldom, and known well enough to choose by."""

from datetime import date, timedelta

import pytest

from services.booking.adapters import loads
from services.booking.adapters.loads import DayLoads

MONDAY = date(2026, 1, 12)


class Stopwatch:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


class Counter:
    """Counts how often it is asked; each count takes `seconds`."""

    def __init__(self, watch: Stopwatch, seconds: float = 0.0) -> None:
        self.asked, self.claims = 0, {"agent-a": 1}
        self._watch, self._seconds = watch, seconds

    def __call__(self, calendar: str, day: date) -> dict[str, int]:
        self.asked += 1
        self._watch.now += self._seconds
        return dict(self.claims)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    watch = Stopwatch()
    monkeypatch.setattr(loads, "time", watch)
    return watch


def test_a_day_is_counted_once_a_second(watch: Stopwatch) -> None:
    count = Counter(watch)
    known = DayLoads(count)
    assert known.of("office", MONDAY) == known.of("office", MONDAY) == {"agent-a": 1}
    assert count.asked == 1
    count.claims = {"agent-a": 2}
    watch.now += 1
    assert known.of("office", MONDAY) == {"agent-a": 2}


def test_a_slow_count_is_repeated_the_more_seldom(watch: Stopwatch) -> None:
    count = Counter(watch, seconds=0.5)
    known = DayLoads(count)
    known.of("office", MONDAY)
    watch.now += 9.9
    known.of("office", MONDAY)
    assert count.asked == 1
    watch.now += 0.2
    known.of("office", MONDAY)
    assert count.asked == 2


def test_what_this_process_claims_is_known_at_once(watch: Stopwatch) -> None:
    known = DayLoads(Counter(watch))
    known.of("office", MONDAY)
    known.add("office", MONDAY, "agent-b")
    known.add("office", MONDAY + timedelta(days=1), "agent-b")
    assert known.of("office", MONDAY) == {"agent-a": 1, "agent-b": 1}


def test_a_failed_count_is_tried_again_by_the_next(watch: Stopwatch) -> None:
    def fail(calendar: str, day: date) -> dict[str, int]:
        raise ConnectionError("away")

    known = DayLoads(fail)
    for _ in range(2):
        with pytest.raises(ConnectionError, match="away"):
            known.of("office", MONDAY)


def test_days_long_past_are_forgotten(watch: Stopwatch) -> None:
    count = Counter(watch)
    known = DayLoads(count)
    for n in range(300):
        known.of("office", MONDAY + timedelta(days=n))
    known.of("office", MONDAY)
    assert count.asked == 301
