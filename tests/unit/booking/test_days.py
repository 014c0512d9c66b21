"""The read model, kept by several replicas, comes to say what is claimed."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.booking.days import Days
from services.booking.domain.taken import Claimed, TakenDay
from services.booking.ports import Place, StoredDay
from tests.unit.booking.builders import MONDAY, claim
from tests.unit.booking.day_histories import PLACE, DayHistories, FakeDays
from tests.unit.booking.stepwise import Process

SETTINGS = settings(
    max_examples=400, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
FINDING = settings(SETTINGS, max_examples=3_000, phases=[Phase.generate], database=None, derandomize=True)


def test_what_searches_find_is_what_is_claimed_whoever_sleeps_or_dies() -> None:
    run_state_machine_as_test(DayHistories, settings=SETTINGS)


class _Overwriting(FakeDays):
    """Writes over what somebody else has written meanwhile."""

    def _swap(self, place: Place, rev: str, after: StoredDay) -> bool:
        return place in self.documents and super()._swap(place, self.documents[place].rev, after)


class _Repeating(FakeDays):
    """Gives the same revision again."""

    def _swap(self, place: Place, rev: str, after: StoredDay) -> bool:
        return super()._swap(place, rev, StoredDay(rev, after.taken))


@pytest.mark.parametrize("broken", [_Overwriting, _Repeating])
def test_a_store_that_breaks_its_promise_is_found_out(broken: type[FakeDays]) -> None:
    """The negative control of the histories."""

    class OverBroken(DayHistories):
        def make_store(self) -> FakeDays:
            return broken()

    with pytest.raises(AssertionError):
        run_state_machine_as_test(OverBroken, settings=FINDING)


class Stopwatch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def store() -> FakeDays:
    return FakeDays()


def _book(store: FakeDays) -> Claimed:
    booked = Claimed("agent-a", claim().slot)
    store.truth[booked.key] = booked
    return booked


def _seen(days: Days) -> TakenDay:
    return days.of("office", [MONDAY])[MONDAY]


def test_a_day_that_nobody_has_made_is_made_by_who_asks(store: FakeDays, watch: Stopwatch) -> None:
    booked = _book(store)
    assert _seen(Days(store, watch)) == TakenDay.of([booked])
    assert store.documents[PLACE].taken == TakenDay.of([booked])


def test_a_day_that_was_removed_is_made_anew(store: FakeDays, watch: Stopwatch) -> None:
    days = Days(store, watch)
    assert _seen(days) == TakenDay()
    booked = _book(store)
    store.documents.clear()
    watch.now += 1
    assert _seen(days) == TakenDay.of([booked])


def test_what_nobody_was_told_of_is_found_by_the_round(store: FakeDays, watch: Stopwatch) -> None:
    days = Days(store, watch)
    _seen(days)
    booked = _book(store)
    watch.now += 1
    assert _seen(days) == TakenDay()
    days.keep("office", MONDAY, MONDAY)
    watch.now += 1
    assert _seen(days) == TakenDay.of([booked])


def test_missing_days_are_made_before_anybody_asks(store: FakeDays, watch: Stopwatch) -> None:
    Days(store, watch).keep("office", MONDAY, MONDAY)
    assert store.documents[PLACE].taken == TakenDay()


def test_others_are_asked_seldom(store: FakeDays, watch: Stopwatch) -> None:
    days, other = Days(store, watch), Days(store, watch)
    _seen(days)
    booked = _book(store)
    other.refresh([claim().claim_id])
    assert _seen(days) == TakenDay()
    watch.now += 0.3
    assert _seen(days) == TakenDay.of([booked])


def test_who_slept_over_anothers_refresh_looks_again(store: FakeDays, watch: Stopwatch) -> None:
    """With the claims as they were, and a revision that is newer than they are, he would hide a free slot."""
    days = Days(store, watch)
    _seen(days)
    booked = _book(store)
    slow = Process(lambda: days.refresh([claim().claim_id]))
    for _ in range(2):
        slow.switch()  # He has read the claims, and sleeps.
    store.truth[booked.key] = None
    days.refresh([claim().claim_id])
    while not slow.dead:
        slow.switch()
    assert store.documents[PLACE].taken == TakenDay()


def test_a_day_for_which_all_fight_is_left_to_who_asks_next(store: FakeDays, watch: Stopwatch) -> None:
    days = Days(store, watch)
    _seen(days)
    booked = _book(store)
    store._swap = lambda place, rev, after: False  # type: ignore[method-assign]
    days.refresh([claim().claim_id])
    assert store.documents == {}
    watch.now += 1
    assert _seen(days) == TakenDay.of([booked])
