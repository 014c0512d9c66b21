"""The fakes keep the promises of the real stores."""

import pytest

from services.booking.domain.catalogue import Catalogue
from tests.unit.booking.catalogue_fakes import FakeCatalogue, FakeUpcoming
from tests.unit.booking.fakes import FakeClaims
from tests.unit.booking.upcoming_suite import CatalogueSuite, UpcomingSuite


class TestFakeCatalogue(CatalogueSuite):
    @pytest.fixture
    def store(self) -> FakeCatalogue:
        return FakeCatalogue(Catalogue({}, {}, {}, {}))


class TestFakeUpcoming(UpcomingSuite):
    @pytest.fixture
    def claims(self) -> FakeClaims:
        return FakeClaims()

    @pytest.fixture
    def upcoming(self, claims: FakeClaims) -> FakeUpcoming:
        return FakeUpcoming(claims)
