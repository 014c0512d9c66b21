"""Random histories of the waiting list: order, three and three, one slot for one citizen, whoever dies."""

from datetime import datetime

import pytest
from hypothesis.stateful import run_state_machine_as_test

from services.booking.domain.earlier import Wish
from tests.unit.booking.earlier_histories import EarlierHistories
from tests.unit.booking.fake_wishes import FakeWishes
from tests.unit.booking.test_histories import FINDING, SETTINGS


def test_the_waiting_list_keeps_its_promises_whoever_sleeps_or_dies() -> None:
    run_state_machine_as_test(EarlierHistories, settings=SETTINGS)


class _Forgetful(FakeWishes):
    """Does not remember who let a time pass."""

    def note_passed(self, time_id: str, appointment_id: str, until: datetime) -> None:
        return None


class _Deaf(FakeWishes):
    """Never looks after offers that are out."""

    def offered(self) -> list[Wish]:
        return []


class _Unfair(FakeWishes):
    """Lets the last be the first."""

    def waiting(self) -> list[Wish]:
        return super().waiting()[::-1]


@pytest.mark.parametrize("broken", [_Forgetful, _Deaf, _Unfair])
def test_a_waiting_list_that_breaks_its_promise_is_found_out(broken: type[FakeWishes]) -> None:
    """The negative control of the histories."""

    class OverBroken(EarlierHistories):
        def wishes(self) -> FakeWishes:
            return broken()

    with pytest.raises(AssertionError):
        run_state_machine_as_test(OverBroken, settings=FINDING)
