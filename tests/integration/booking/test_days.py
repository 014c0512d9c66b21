"""The read model in the real store: it is exchanged by revision, and comes to say what is claimed."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.booking.adapters.days import MongoDays
from services.booking.adapters.mongo import MongoClaims
from services.booking.days import Days
from services.booking.domain.claim import Claim, cancelled
from services.booking.domain.taken import Claimed, TakenDay
from services.booking.ports import Place, StoredDay
from services.booking.views import booked_event
from services.chassis.amqp import EventPublisher
from services.chassis.mongo import uses_index
from services.chassis.outbox import Outbox
from tests.service_process import eventually
from tests.unit.booking.builders import EIGHT, MONDAY, claim
from tests.unit.booking.claimed import booked, moved_on

pytestmark = pytest.mark.integration

PLACE = Place("office", MONDAY)
TAKEN = TakenDay.of([Claimed("agent-a", claim().slot), Claimed("agent.b $", claim().slot, EIGHT)])
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def store(own_database: Database[dict[str, Any]]) -> MongoDays:
    store = MongoDays(own_database)
    store.prepare()
    return store


def _stored(store: MongoDays) -> StoredDay:
    return store.read("office", [MONDAY])[MONDAY]


def test_a_day_is_begun_once_and_exchanged_by_its_revision(store: MongoDays) -> None:
    assert store.begin(PLACE, "one") == StoredDay("one", None)
    assert store.begin(PLACE, "another") is None
    assert store.swap(PLACE, "one", StoredDay("two", TAKEN))
    assert not store.swap(PLACE, "one", StoredDay("three", TakenDay()))
    assert _stored(store) == StoredDay("two", TAKEN)
    assert store.swap(PLACE, "two", StoredDay("three", TakenDay()))
    assert _stored(store) == StoredDay("three", TakenDay())


def test_revisions_are_those_of_the_days_asked_for(store: MongoDays) -> None:
    for day in (MONDAY - timedelta(days=1), MONDAY, TUESDAY, TUESDAY + timedelta(days=1)):
        store.begin(Place("office", day), f"rev {day}")
    store.begin(Place("office2", MONDAY), "of another calendar")
    found = store.revisions("office", MONDAY, TUESDAY)
    assert found == {day: f"rev {day}" for day in (MONDAY, TUESDAY)}
    store.forget(PLACE)
    store.forget_before("office", TUESDAY)
    assert set(store.revisions("office", MONDAY - timedelta(days=1), TUESDAY)) == {TUESDAY}
    assert store.revisions("office2", MONDAY, MONDAY)


def test_days_and_what_they_are_made_from_are_found_by_indexes(
    claims: MongoClaims, store: MongoDays, own_database: Database[dict[str, Any]]
) -> None:
    days = {"calendar": "office", "day": {"$gte": "2026-01-12", "$lt": "2026-02-12"}}
    assert uses_index(own_database["days"], days)
    assert uses_index(own_database["claims"], {"day": MONDAY.isoformat()})


def _as_others_see_it(store: MongoDays) -> TakenDay:
    return Days(store).of("office", [MONDAY])[MONDAY]


def _book(claims: MongoClaims, **changes: Any) -> Claim:
    hold = claim(**changes)
    appointment = booked(hold)
    assert claims.insert(hold)
    assert claims.confirm(appointment, EIGHT, booked_event(appointment, EIGHT))
    return appointment


def test_a_booking_is_seen_by_others_before_it_is_told(
    stores: Any, own_database: Database[dict[str, Any]], store: MongoDays
) -> None:
    days = Days(store)
    assert _as_others_see_it(store) == TakenDay()
    seen: list[TakenDay] = []

    def refresh(ids: Any) -> None:
        days.refresh(ids)
        document = own_database["claims"].find_one({"_id": ids[0]})
        assert document
        assert document["outbox"]
        seen.append(_as_others_see_it(store))

    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    outbox = Outbox(own_database["claims"], publisher, refresh)
    claims = MongoClaims(own_database, outbox, days)
    claims.prepare()
    outbox.start()
    appointment = _book(claims)
    eventually(lambda: own_database["claims"].count_documents({"outbox": []}) == 1)
    outbox.stop()
    publisher.close()
    assert seen[-1] == TakenDay.of([Claimed("agent-a", appointment.slot)])


def test_a_cancelled_appointments_time_is_free_for_others_once_it_is_settled(
    claims: MongoClaims, store: MongoDays
) -> None:
    appointment = _book(claims)
    assert _as_others_see_it(store).by_agent
    claims.insert(cancelled(appointment, "citizen", EIGHT))
    claims.settle(appointment.appointment_id)
    assert _as_others_see_it(store) == TakenDay()


def test_a_replica_that_finds_only_the_mark_of_a_move_frees_the_time(
    claims: MongoClaims, store: MongoDays, own_database: Database[dict[str, Any]]
) -> None:
    appointment = _book(claims)
    assert _as_others_see_it(store).by_agent
    after = moved_on(appointment)
    claims.insert(after)
    own_database["claims"].delete_one({"_id": appointment.claim_id})  # and then he died
    claims.settle(appointment.appointment_id)
    store_sees = _as_others_see_it(store).by_agent.get("agent-a")
    assert store_sees is None or appointment.slot not in [one.slot for one in store_sees.claimed]


def test_what_was_written_past_the_service_is_found_by_the_comparison(
    claims: MongoClaims, store: MongoDays, own_database: Database[dict[str, Any]]
) -> None:
    appointment = _book(claims)
    assert _as_others_see_it(store).by_agent
    own_database["claims"].delete_one({"_id": appointment.claim_id})
    Days(store).keep("office", MONDAY, MONDAY)
    assert _as_others_see_it(store) == TakenDay()
