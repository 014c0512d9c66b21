"""The fakes keep the promises of the real stores."""

import pytest

from tests.unit.booking.claims_suite import AttendancesSuite, ClaimsSuite
from tests.unit.booking.fakes import FakeAttendances, FakeClaims


class TestFakeClaims(ClaimsSuite):
    @pytest.fixture
    def claims(self) -> FakeClaims:
        return FakeClaims()


class TestFakeAttendances(AttendancesSuite):
    @pytest.fixture
    def attendances(self) -> FakeAttendances:
        return FakeAttendances()
