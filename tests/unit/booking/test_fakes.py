"""The fakes keep the promises of the real stores."""

import pytest

from tests.unit.booking.attendances_suite import AttendancesSuite
from tests.unit.booking.claims_suite import ClaimsSuite
from tests.unit.booking.fake_tickets import FakeTickets
from tests.unit.booking.fake_wishes import FakeWishes
from tests.unit.booking.fakes import FakeAttendances, FakeClaims
from tests.unit.booking.tickets_suite import TicketsSuite
from tests.unit.booking.wishes_suite import WishesSuite


class TestFakeClaims(ClaimsSuite):
    @pytest.fixture
    def claims(self) -> FakeClaims:
        return FakeClaims()


class TestFakeAttendances(AttendancesSuite):
    @pytest.fixture
    def attendances(self) -> FakeAttendances:
        return FakeAttendances()


class TestFakeTickets(TicketsSuite):
    @pytest.fixture
    def tickets(self) -> FakeTickets:
        return FakeTickets()


class TestFakeWishes(WishesSuite):
    @pytest.fixture
    def wishes(self) -> FakeWishes:
        return FakeWishes()
