"""The real stores keep the promises that the fakes keep; nothing goes before it is told."""

from typing import Any, cast

import pytest
from pymongo.database import Database

from services.chassis.outbox import Outbox
from services.spaces.adapters.consents import MongoConsents
from services.spaces.adapters.limits import MongoLimits
from services.spaces.adapters.mongo import MongoSpaces
from services.spaces.adapters.professional import MongoProfessionalSpaces
from tests.unit.spaces.consent_suite import ConsentSuite
from tests.unit.spaces.private_suite import PrivateSuite
from tests.unit.spaces.store_suite import LimitsSuite, SpacesSuite, kept, space, told

pytestmark = pytest.mark.integration


class QuietOutbox:
    """Nobody tells anything here."""

    def nudge(self, document_id: Any) -> None:
        """It stays where it is."""


@pytest.fixture
def spaces(own_database: Database[dict[str, Any]]) -> MongoProfessionalSpaces:
    made = MongoProfessionalSpaces(own_database, cast(Outbox, QuietOutbox()))
    made.prepare()
    return made


class TestMongoSpaces(SpacesSuite):
    """The shared suite over the store that services use."""


class TestMongoConsents(ConsentSuite):
    """The shared suite over the store that services use."""

    @pytest.fixture
    def consents(self, own_database: Database[dict[str, Any]]) -> MongoConsents:
        made = MongoConsents(own_database)
        made.prepare()
        return made


class TestMongoPrivate(PrivateSuite):
    """The shared suite over the store that services use."""

    @pytest.fixture
    def private(self, own_database: Database[dict[str, Any]]) -> MongoSpaces:
        made = MongoSpaces(own_database, cast(Outbox, QuietOutbox()))
        made.prepare()
        return made


class TestMongoLimits(LimitsSuite):
    """The shared suite over the store that services use."""

    @pytest.fixture
    def limits(self, own_database: Database[dict[str, Any]]) -> MongoLimits:
        made = MongoLimits(own_database, cast(Outbox, QuietOutbox()))
        made.prepare()
        return made


def test_without_its_index_a_place_would_be_taken_twice(own_database: Database[dict[str, Any]]) -> None:
    """That it is this index, and nothing else, which keeps the eleventh space out."""
    unprepared = MongoProfessionalSpaces(own_database, cast(Outbox, QuietOutbox()))
    assert unprepared.add(space())
    assert unprepared.add(space("space-2"))


def test_what_is_gone_stays_until_that_is_told(
    spaces: MongoProfessionalSpaces, own_database: Database[dict[str, Any]]
) -> None:
    spaces.add(space(), told())
    before = kept(spaces)
    spaces.change(before, before.emptied())
    spaces.drop_gone()
    assert own_database["spaces"].count_documents({}) == 1
    own_database["spaces"].update_one({}, {"$set": {"outbox": []}})
    spaces.drop_gone()
    assert own_database["spaces"].count_documents({}) == 0


def test_nothing_of_anybody_is_left_in_the_store_when_the_grace_is_over(
    spaces: MongoProfessionalSpaces, own_database: Database[dict[str, Any]]
) -> None:
    spaces.add(space(), told())
    before = kept(spaces)
    spaces.change(before, before.emptied())
    left = str(own_database["spaces"].find_one())
    for said in ("Person 1", "Muster", "B123456", f"{1:020}", "c-1", "claim"):
        assert said not in left
