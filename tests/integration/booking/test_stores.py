"""The real store keeps the promises that the fake keeps, and answers every query from an index."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.tickets import MongoTickets
from services.booking.domain.claim import cancelled
from services.booking.views import booked_event, cancelled_event, lapsed_event, moved_event
from services.chassis.mongo import uses_index
from services.chassis.outbox import PENDING
from tests.unit.booking.attendances_suite import AttendancesSuite
from tests.unit.booking.builders import EIGHT, MONDAY, claim
from tests.unit.booking.claimed import booked, moved_on
from tests.unit.booking.claims_suite import ClaimsSuite
from tests.unit.booking.tickets_suite import TicketsSuite

pytestmark = pytest.mark.integration


class TestMongoClaims(ClaimsSuite):
    """The shared suite over the store that services use."""


class TestMongoAttendances(AttendancesSuite):
    """The shared suite over the store that services use."""


class TestMongoTickets(TicketsSuite):
    """The shared suite over the store that services use."""

    @pytest.fixture
    def tickets(self, own_database: Database[dict[str, Any]]) -> MongoTickets:
        tickets = MongoTickets(own_database)
        tickets.prepare()
        return tickets


def _types(database: Database[dict[str, Any]], claim_id: str) -> list[str]:
    found = database["claims"].find_one({"_id": claim_id})
    assert found
    return [entry["type"] for entry in found["outbox"]]


def test_a_change_and_its_event_lie_in_one_document(
    claims: MongoClaims, own_database: Database[dict[str, Any]]
) -> None:
    hold = claim()
    claims.insert(hold)
    claims.lapse(hold, lapsed_event(hold, EIGHT))
    assert _types(own_database, hold.claim_id) == ["hold_lapsed.v1"]


def test_what_was_not_told_goes_along_with_the_next_version(
    claims: MongoClaims, own_database: Database[dict[str, Any]]
) -> None:
    hold = claim()
    claims.insert(hold)
    claims.confirm(booked(hold), EIGHT, booked_event(booked(hold), EIGHT))
    after = moved_on(booked(hold))
    claims.insert(after, moved_event(after, EIGHT))
    claims.settle(hold.appointment_id)
    last = cancelled(after, "citizen", EIGHT)
    claims.insert(last, cancelled_event(last, EIGHT))
    claims.settle(hold.appointment_id)
    told = ["appointment_booked.v1", "appointment_moved.v1", "appointment_cancelled.v1"]
    assert _types(own_database, last.claim_id) == told


def test_who_takes_over_tells_of_the_hold_before(
    claims: MongoClaims, own_database: Database[dict[str, Any]]
) -> None:
    hold = claim()
    claims.insert(hold)
    claims.lapse(hold, lapsed_event(hold, EIGHT))
    second = claim(appointment_id="appointment-2", hold_key="key-2")
    assert claims.take_over(hold, second)
    assert _types(own_database, hold.claim_id) == ["hold_lapsed.v1"]


def test_what_lapsed_is_cleared_only_after_it_was_told(
    claims: MongoClaims, own_database: Database[dict[str, Any]]
) -> None:
    hold = claim()
    claims.insert(hold)
    claims.lapse(hold, lapsed_event(hold, EIGHT))
    assert claims.clear_lapsed() == 0
    own_database["claims"].update_one({"_id": hold.claim_id}, {"$set": {"outbox": []}})
    assert claims.clear_lapsed() == 1
    assert claims.at(hold.claim_id) is None


# Every change names an `_id`, which is an index by itself; these are the others.
QUERIES = {
    "by key": {"holder": "session-1", "hold_key": "key-1"},
    "by appointment": {"appointment_id": "appointment-1"},
    "places": {"_id": {"$in": ["agent-a|x", "agent-b|x"]}},
    "days": {"day": {"$gte": "2026-01-12", "$lt": "2026-01-14"}},
    "day": {"day": MONDAY.isoformat()},
    "agent's day": {"day": MONDAY.isoformat(), "agent_id": "agent-a"},
    "marked": {"marks": "person:person-1"},
    "run out": {"state": "hold", "held_until": {"$lte": EIGHT + timedelta(minutes=1)}},
    "lapsed": {"state": "lapsed"},
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_every_query_is_answered_from_an_index(
    claims: MongoClaims, own_database: Database[dict[str, Any]], query: dict[str, Any]
) -> None:
    assert uses_index(own_database["claims"], query)


def test_the_relay_finds_what_is_to_be_told_by_an_index(
    claims: MongoClaims, own_database: Database[dict[str, Any]]
) -> None:
    own_database["claims"].create_index("outbox.id", sparse=True)
    assert uses_index(own_database["claims"], PENDING)
