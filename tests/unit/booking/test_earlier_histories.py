"""Random histories of the waiting list: order, three and three, one slot for one citizen, whoever dies."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis.stateful import run_state_machine_as_test

from services.booking.domain.earlier import Wish
from services.contracts.wire import Event
from tests.unit.booking.earlier_histories import EarlierHistories
from tests.unit.booking.fake_wishes import FakeWishes
from tests.unit.booking.test_histories import FINDING, SETTINGS


def test_the_waiting_list_keeps_its_promises_whoever_sleeps_or_dies() -> None:
    run_state_machine_as_test(EarlierHistories, settings=SETTINGS)


class _Careless(FakeWishes):
    """Makes every change, whatever was read."""

    def _is_as_read(self, wish: Wish) -> bool:
        return wish.appointment_id in self.by_id


class _Forgetful(FakeWishes):
    """Does not remember who let a time pass."""

    def note_passed(self, time_id: str, appointment_id: str, until: datetime) -> None:
        return None


class _Generous(FakeWishes):
    """Counts no offers."""

    def change(self, before: Wish, after: Wish, *events: Event) -> bool:
        return super().change(before, replace(after, offers_made=0), *events)


class _Deaf(FakeWishes):
    """Never looks after offers that are out."""

    def offered(self) -> list[Wish]:
        return []


class _Unfair(FakeWishes):
    """Lets the last be the first."""

    def waiting(self) -> list[Wish]:
        return super().waiting()[::-1]


@pytest.mark.parametrize("broken", [_Careless, _Forgetful, _Generous, _Deaf, _Unfair])
def test_a_waiting_list_that_breaks_its_promise_is_found_out(broken: type[FakeWishes]) -> None:
    """The negative control of the histories."""

    class OverBroken(EarlierHistories):
        def wishes(self) -> FakeWishes:
            return broken()

    with pytest.raises(AssertionError):
        run_state_machine_as_test(OverBroken, settings=FINDING)
