"""The stores in memory keep the promises of the real ones."""

import pytest

from tests.unit.spaces.consent_suite import ConsentSuite
from tests.unit.spaces.fake_consents import FakeConsents
from tests.unit.spaces.fake_procedures import FakeProcedures
from tests.unit.spaces.private_suite import PrivateSuite
from tests.unit.spaces.procedure_suite import ProceduresSuite
from tests.unit.spaces.store_suite import LimitsSuite, SpacesSuite
from tests.unit.spaces.world import FakeLimits, FakePrivate, FakeProfessional


class TestFakeSpaces(SpacesSuite):
    @pytest.fixture
    def spaces(self) -> FakeProfessional:
        return FakeProfessional()


class TestFakeConsents(ConsentSuite):
    @pytest.fixture
    def consents(self) -> FakeConsents:
        return FakeConsents()


class TestFakePrivate(PrivateSuite):
    @pytest.fixture
    def private(self) -> FakePrivate:
        return FakePrivate()


class TestFakeLimits(LimitsSuite):
    @pytest.fixture
    def limits(self) -> FakeLimits:
        return FakeLimits()


class TestFakeProcedures(ProceduresSuite):
    @pytest.fixture
    def procedures(self) -> FakeProcedures:
        return FakeProcedures()
