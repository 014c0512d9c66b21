"""The fake keeps the promises of the real store."""

import pytest

from tests.unit.identity.fake_persons import FakePersons
from tests.unit.identity.persons_suite import PersonsSuite


class TestFakePersons(PersonsSuite):
    @pytest.fixture
    def persons(self) -> FakePersons:
        return FakePersons()
