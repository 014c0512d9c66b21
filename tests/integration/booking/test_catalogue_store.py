"""The real catalogue keeps the promises that the fake keeps, whoever is slow and whoever dies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.booking.adapters import catalogue as adapter
from services.booking.adapters.catalogue import MongoCatalogue
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.upcoming import MongoUpcoming
from services.booking.domain.change import Scope
from services.booking.domain.claim import confirmed, displaced
from services.booking.seed import documents
from services.booking.views import displaced_event
from services.chassis.mongo import uses_index
from tests.unit.booking.builders import EIGHT, MONDAY, agent, calendar, claim
from tests.unit.booking.claimed import DETAILS
from tests.unit.booking.upcoming_suite import CatalogueSuite, UpcomingSuite, change_of

pytestmark = pytest.mark.integration
Documents = Database[dict[str, Any]]


@pytest.fixture
def store(own_database: Documents) -> MongoCatalogue:
    store = MongoCatalogue(own_database)
    store.prepare()
    return store


@pytest.fixture
def upcoming(own_database: Documents, claims: MongoClaims) -> MongoUpcoming:
    return MongoUpcoming(own_database, claims._outbox)


class TestMongoCatalogue(CatalogueSuite):
    """The shared suite over the store that services use."""


class TestMongoUpcoming(UpcomingSuite):
    """The shared suite over the store that services use."""


def test_another_replica_learns_of_a_change_by_the_revision(
    store: MongoCatalogue, own_database: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_SECONDS", 0.0)
    other = MongoCatalogue(own_database)
    before = other.load()
    assert other.load() is before
    store.decide(change_of(calendar(), 1), calendar())
    assert other.load().calendars == {"office": calendar()}
    decided = other.load()
    store.finish()
    assert other.load() is decided


def test_who_looked_a_moment_ago_does_not_look_again(store: MongoCatalogue, own_database: Documents) -> None:
    other = MongoCatalogue(own_database)
    other.load()
    other.load()
    store.decide(change_of(calendar(), 1), calendar())
    assert other.load().calendars == {}
    assert other.fresh().calendars == {"office": calendar()}
    assert other.load().calendars == {"office": calendar()}


def test_who_finishes_late_does_not_undo_what_came_after(
    store: MongoCatalogue, own_database: Documents
) -> None:
    """Read what is pending, slept while others finished it and made the next change, and woke up."""
    store.decide(change_of(agent(), 1, "key-1"), agent())
    state = own_database["catalogue"].find_one({})
    assert state
    store.finish()
    later = agent("agent-a", "fr")
    store.decide(change_of(later, 2, "key-2"), later)
    store.finish()
    for step in (store._write, store._record, store._done):
        step(state["pending"])
    assert store.fresh().agents == {"agent-a": later}
    assert [change.change_key for change in store.latest(9)] == ["key-2", "key-1"]


def test_a_change_of_a_seeded_entry_is_not_undone_by_seeding_again(store: MongoCatalogue) -> None:
    seeded = documents(demonstration=True)
    assert store.add_missing(seeded) > 0
    revision = store.fresh().revision
    longer = store.fresh().calendars["cns"]
    store.decide(change_of(longer, revision + 1), calendar(code="cns", horizon_days=60))
    store.finish()
    assert store.add_missing(seeded) == 0
    assert store.fresh().calendars["cns"].horizon_days == 60
    assert store.fresh().revision == revision + 2


def test_nothing_of_an_absence_but_whose_it_was_is_in_the_audit_trail(
    store: MongoCatalogue, own_database: Documents
) -> None:
    store.decide(change_of(agent(), 1), agent())
    store.finish()
    record = own_database["catalogue_changes"].find_one({})
    assert record
    assert "document" not in record
    assert record["actor"] == "staff-1"


def test_a_displacement_and_its_event_lie_in_one_document(
    claims: MongoClaims, upcoming: MongoUpcoming, own_database: Documents
) -> None:
    hold = claim()
    claims.insert(hold)
    booked = confirmed(hold, DETAILS, "person-1", EIGHT)
    claims.confirm(booked, EIGHT)
    lost = displaced(booked, "staff-1", EIGHT)
    upcoming.displace(lost, displaced_event(lost, EIGHT))
    found = own_database["claims"].find_one({"_id": hold.claim_id})
    assert found
    assert [entry["type"] for entry in found["outbox"]] == ["appointment_displaced.v1"]
    assert [step["what"] for step in found["trail"]][-1] == "displaced"


QUERIES = {
    "displaced": ("claims", {"marks": "displaced"}),
    "held": ("claims", {"state": "hold", "held_until": {"$gt": EIGHT}}),
    "agent's day": ("claims", {"day": MONDAY.isoformat(), "agent_id": "agent-a"}),
    "open changes": ("catalogue_changes", {"closed": False}),
    "a change": ("catalogue_changes", {"_id": "key-1"}),
    "old absences": ("absences", {"until": {"$lt": EIGHT}}),
}


@pytest.mark.parametrize(("collection", "query"), QUERIES.values(), ids=QUERIES.keys())
def test_every_query_of_a_change_is_answered_from_an_index(
    store: MongoCatalogue,
    upcoming: MongoUpcoming,
    own_database: Documents,
    collection: str,
    query: dict[str, Any],
) -> None:
    assert uses_index(own_database[collection], query)


def test_all_days_up_to_the_last_claim_are_looked_at(claims: MongoClaims, upcoming: MongoUpcoming) -> None:
    far = MONDAY + timedelta(days=300)
    starts = claim().starts_at + timedelta(days=300)
    hold = claim(day=far, starts_at=starts, ends_at=starts + timedelta(minutes=20))
    claims.insert(hold)
    claims.confirm(confirmed(hold, DETAILS, "", EIGHT), EIGHT)
    found = upcoming.booked(Scope(calendar="office"), MONDAY, EIGHT)
    assert [ahead.day for ahead in found] == [far]


def test_what_was_there_before_entries_had_names_is_named_and_what_was_renamed_stays(
    store: MongoCatalogue, own_database: Documents
) -> None:
    seeded = documents(demonstration=False)
    store.add_missing(seeded)
    words = {"names": "", "hints": "", "topic_names": ""}
    own_database["subjects"].update_one({"_id": "information-documents"}, {"$unset": words})
    own_database["kinds"].update_one({"_id": "video"}, {"$set": {"names": {"de": "Anders"}}})
    assert store.fresh().subjects["information-documents"].names == {}
    assert store.add_missing(seeded) == 1
    known = store.fresh()
    assert known.subjects["information-documents"].topic_names["maternity"]["fr"] == "Maternité"
    assert known.kinds["video"].names == {"de": "Anders"}
