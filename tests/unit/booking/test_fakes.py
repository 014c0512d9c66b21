"""The fakes keep the promises of the real stores."""

import pytest

from tests.unit.booking.claims_suite import AttendancesSuite, ClaimsSuite
from tests.unit.booking.fake_wishes import FakeWishes
from tests.unit.booking.fakes import FakeAttendances, FakeClaims
from tests.unit.booking.wishes_suite import WishesSuite


class TestFakeClaims(ClaimsSuite):
    @pytest.fixture
    def claims(self) -> FakeClaims:
        return FakeClaims()


class TestFakeAttendances(AttendancesSuite):
    @pytest.fixture
    def attendances(self) -> FakeAttendances:
        return FakeAttendances()


class TestFakeWishes(WishesSuite):
    @pytest.fixture
    def wishes(self) -> FakeWishes:
        return FakeWishes()
