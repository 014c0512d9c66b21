"""Random histories over the fake: no slot is sold twice, no appointment lost, none stays blocked."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.booking.domain.claim import Claim
from services.booking.ports import Claims
from services.contracts.wire import Event
from tests.unit.booking.fakes import FakeClaims
from tests.unit.booking.histories import Histories

SETTINGS = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
# A fault that is looked for need not be made small: the same histories each time, until one finds it.
FINDING = settings(SETTINGS, max_examples=3_000, phases=[Phase.generate], database=None, derandomize=True)


def test_what_was_promised_stands_whoever_sleeps_or_dies() -> None:
    run_state_machine_as_test(Histories, settings=SETTINGS)


class _Careless(FakeClaims):
    """Takes over whatever lies there."""

    def insert(self, claim: Claim, *events: Event) -> bool:
        return self._put(claim, events)


class _Forgetful(FakeClaims):
    """Never finishes what was interrupted."""

    def unsettled(self) -> list[str]:
        return []


class _Blocking(FakeClaims):
    """A hold never runs out."""

    def insert(self, claim: Claim, *events: Event) -> bool:
        return super().insert(replace(claim, held_until=claim.ends_at), *events)


@pytest.mark.parametrize("broken", [_Careless, _Forgetful, _Blocking])
def test_a_store_that_breaks_its_promise_is_found_out(broken: type[Claims]) -> None:
    """The negative control of the histories."""

    class OverBroken(Histories):
        def store(self) -> Claims:
            return broken()

    with pytest.raises(AssertionError):
        run_state_machine_as_test(OverBroken, settings=FINDING)
