"""Random histories over the fake: a credential has one person, nobody locks himself out."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.contracts.errors import NationalNumberTaken
from services.contracts.wire import Event
from services.identity.domain.person import Person
from services.identity.ports import HeldByOther
from tests.unit.identity.credential_histories import CREDENTIALS, NUMBERS, CredentialHistories, Stepwise
from tests.unit.identity.fake_persons import FakePersons

SETTINGS = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
# A fault that is looked for need not be made small: the same histories each time, until one finds it.
FINDING = settings(SETTINGS, max_examples=3_000, phases=[Phase.generate], database=None, derandomize=True)


def test_what_holds_of_persons_and_credentials_holds_whoever_sleeps_or_dies() -> None:
    run_state_machine_as_test(CredentialHistories, settings=SETTINGS)


class _Careless(FakePersons):
    """Puts a person over whatever version is there."""

    def save(self, before: Person, after: Person, *events: Event) -> bool:
        return super().save(self.persons.get(before.person_id, before), after, *events)


class _WithoutIndexes(FakePersons):
    """Lets two have the same."""

    def _check_unique(self, after: Person) -> None:
        try:
            super()._check_unique(after)
        except (NationalNumberTaken, HeldByOther):
            return


class _Forgetful(FakePersons):
    """Never finishes what was interrupted."""

    def joining(self, limit: int) -> tuple[Person, ...]:
        return ()


@pytest.mark.parametrize("broken", [_Careless, _Forgetful])
def test_a_store_that_breaks_its_promise_is_found_out(broken: type[FakePersons]) -> None:
    """The negative control of the histories."""

    class OverBroken(CredentialHistories):
        def store(self) -> Any:
            self.fake = broken()
            return Stepwise(self.fake)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(OverBroken, settings=FINDING)


def test_without_unique_indexes_two_would_get_one_number() -> None:
    """What the histories would need long to meet: one sleeps while another registers the same number."""

    class OverBroken(CredentialHistories):
        def store(self) -> Any:
            self.fake = _WithoutIndexes()
            return Stepwise(self.fake)

    history, (_, _, sleeper, other) = OverBroken(), CREDENTIALS
    for shown, nap in ((sleeper, True), (other, False)):
        history.log_in(shown, nap=False)
        history.register(shown, NUMBERS[1], nap)
    history.wake(0, steps=6)
    with pytest.raises(AssertionError):
        history.no_two_registered_persons_have_one_number()
