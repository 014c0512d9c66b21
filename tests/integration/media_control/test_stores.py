"""The adapters on real stores: each promise of `ports.py` that a race or a repetition could break."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database
from redis import Redis

from deploy.dev.platform import Platform
from services.chassis import mongo
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.outbox import PENDING, Outbox
from services.contracts.room_log import LOG_KEY
from services.media.control.adapters import redis as adapter
from services.media.control.adapters.mongo import MongoRooms
from services.media.control.domain.admission import State
from services.media.control.domain.document import SHARED, Document
from services.media.control.domain.outcome import Outcome
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.schedule import Lane
from services.media.control.ports import LogEntry

pytestmark = pytest.mark.integration

NOW = datetime(2001, 3, 25, 0, 30, tzinfo=UTC)
RULES = Rules()


@pytest.fixture(scope="module")
def database(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    environment = stores.env("media-control")
    database = mongo.connect(environment["MONGO_URI"], environment["MONGO_DATABASE"])
    yield database
    database.client.close()


@pytest.fixture(scope="module")
def rooms(stores: Platform, database: Database[dict[str, Any]]) -> MongoRooms:
    """The outbox is not started: what it would relay stays to be looked at."""
    publisher = EventPublisher(stores.env("media-control")["AMQP_URL"], "media")
    rooms = MongoRooms(database, Outbox(database.rooms, publisher), RULES)
    rooms.prepare()
    return rooms


@pytest.fixture(scope="module")
def client(stores: Platform) -> Iterator[Redis]:
    """Redis with media control's own rights."""
    client = adapter.connect(stores.env("media-control")["REDIS_URL"])
    yield client
    client.close()


@pytest.fixture
def room() -> Room:
    return Room(room_id=new_id(), opened_at=NOW)


def entry(seq: int, type_: str = "joined") -> LogEntry:
    return LogEntry(seq=seq, type=type_, at=NOW, by="somebody", sealed="")


class TestRooms:
    def test_what_is_stored_comes_back(self, rooms: MongoRooms, room: Room) -> None:
        document = Document(
            document_id="d",
            kind=SHARED,
            object_name="o",
            sealed_name="s",
            sender="x",
            role="citizen",
            granted_at=NOW,
        )
        full = replace(
            room.at_times(3, NOW, NOW + timedelta(minutes=20), "agent-1")
            .joined(_who(), NOW)
            .admitted(NOW, "agent-2")
            .sent_back(NOW)
            .ended(NOW),
            recorded=Outcome.TECHNICAL_FAILURE,
            documents=(document,),
            message_ids=("m",),
        )
        rooms.add(full)
        assert rooms.get(room.room_id) == full
        assert (full.state, full.outcome) == (State.BOOKED, Outcome.HELD)

    def test_what_a_newer_version_has_stored_beside_is_passed_over(
        self, rooms: MongoRooms, database: Database[dict[str, Any]], room: Room
    ) -> None:
        here = room.joined(_who(), NOW)
        rooms.add(here)
        newer = {"of_tomorrow": 1, "presences.0.of_tomorrow": 1}
        assert database.rooms.update_one({"_id": room.room_id}, {"$set": newer}).modified_count == 1
        assert rooms.get(room.room_id) == here

    def test_a_room_is_added_once(self, rooms: MongoRooms, room: Room) -> None:
        assert [rooms.add(room), rooms.add(room)] == [True, False]

    def test_one_of_many_changes_wins(self, rooms: MongoRooms, room: Room) -> None:
        rooms.add(room)
        with ThreadPoolExecutor(8) as pool:
            changes = [room.joined(Who(participant_id=str(n), role="citizen"), NOW) for n in range(24)]
            won = list(pool.map(rooms.save, changes))
        assert won.count(True) == 1
        stored = rooms.get(room.room_id)
        assert stored is not None
        assert (stored.revision, len(stored.presences)) == (1, 1)

    def test_only_what_nobody_has_changed_is_given_up(self, rooms: MongoRooms, room: Room) -> None:
        other = replace(room, room_id=new_id())
        for one in (room, other):
            rooms.add(one)
        rooms.save(other.joined(_who(), NOW))
        [given_up] = rooms.give_up([room, other])
        assert (given_up, given_up.revision) == (rooms.get(room.room_id), 1)
        assert rooms.give_up([given_up]) == [given_up]
        stored = rooms.get(other.room_id)
        assert stored is not None
        assert not stored.given_up

    def test_entries_wait_until_they_are_told(self, rooms: MongoRooms, room: Room) -> None:
        rooms.add(room)
        rooms.save(replace(room, log_seq=2), [entry(1), entry(2, "admitted")])
        assert rooms.untold(room.room_id) == [entry(1), entry(2, "admitted")]
        assert room.room_id in rooms.with_untold(100)
        rooms.told(room.room_id, 2)
        assert rooms.untold(room.room_id) == []
        assert room.room_id not in rooms.with_untold(100)

    def test_entries_stored_meanwhile_are_not_taken_for_told(self, rooms: MongoRooms, room: Room) -> None:
        rooms.add(room)
        rooms.save(replace(room, log_seq=1), [entry(1)])
        rooms.save(replace(room, log_seq=2, revision=1), [entry(2)])
        rooms.told(room.room_id, 1)
        assert [waiting.seq for waiting in rooms.untold(room.room_id)] == [1, 2]

    def test_the_timer_finds_what_is_due_and_nothing_else(self, rooms: MongoRooms, room: Room) -> None:
        rooms.add(room)
        lapse = NOW + RULES.draft_kept_for
        assert room.room_id not in rooms.due(Lane.CALLS, lapse - timedelta(milliseconds=1), 100)
        assert room.room_id in rooms.due(Lane.CALLS, lapse, 100)
        assert room.room_id not in rooms.due(Lane.FORGETTING, lapse, 100)

    def test_an_upload_that_was_left_keeps_no_room_from_being_forgotten(
        self, rooms: MongoRooms, room: Room
    ) -> None:
        left = Document(
            document_id="left",
            kind=SHARED,
            object_name="rooms/left",
            sealed_name="sealed",
            sender="citizen",
            role="citizen",
            granted_at=NOW,
        )
        rooms.add(replace(room.cancelled(1), documents=(left,)))
        assert room.room_id in rooms.due(Lane.FORGETTING, NOW, 100)
        assert room.room_id in rooms.due(Lane.TIDYING, NOW + RULES.upload_kept_for, 100)

    def test_rooms_are_listed_by_their_start(self, rooms: MongoRooms, room: Room) -> None:
        later = replace(room, room_id=new_id())
        start = NOW + timedelta(days=1)
        rooms.add(later.at_times(1, start + timedelta(minutes=20), start + timedelta(minutes=40)))
        rooms.add(room.at_times(1, start, start + timedelta(minutes=20)))
        found = rooms.starting(start, start + timedelta(hours=1))
        assert [listed.room_id for listed in found] == [room.room_id, later.room_id]
        assert rooms.starting(start - timedelta(hours=1), start) == []

    def test_rooms_are_listed_by_who_looks_after_them(self, rooms: MongoRooms, room: Room) -> None:
        start, keeper, other = NOW + timedelta(days=2), new_id(), replace(room, room_id=new_id())
        rooms.add(room.at_times(1, start, start + timedelta(minutes=20), keeper))
        rooms.add(other.at_times(1, start, start + timedelta(minutes=20), new_id()))
        found = rooms.kept_by(keeper, start, start + timedelta(hours=1))
        assert [listed.room_id for listed in found] == [room.room_id]
        assert rooms.kept_by(keeper, start - timedelta(hours=1), start) == []

    def test_a_tombstone_that_has_changed_is_not_removed(self, rooms: MongoRooms, room: Room) -> None:
        rooms.add(room)
        rooms.save(room.lapsed())
        rooms.remove(room)
        assert rooms.get(room.room_id)
        rooms.remove(replace(room, revision=1))
        assert rooms.get(room.room_id) is None

    @pytest.mark.parametrize(
        "query",
        [
            *({lane.value: {"$lte": NOW}} for lane in Lane),
            {"starts_at": {"$gte": NOW, "$lt": NOW}},
            {"untold": True},
            PENDING,
        ],
        ids=str,
    )
    def test_every_query_has_an_index(
        self, database: Database[dict[str, Any]], rooms: MongoRooms, query: dict[str, Any]
    ) -> None:
        database.rooms.create_index("outbox.id", sparse=True)
        assert mongo.uses_index(database.rooms, query)


class TestLog:
    def test_appending_twice_adds_once(self, client: Redis, room: Room) -> None:
        log = adapter.RedisLog(client)
        log.append(room.room_id, [entry(1), entry(2)])
        log.append(room.room_id, [entry(1), entry(2), entry(3)])
        assert ids(client, room) == ["1-0", "2-0", "3-0"]

    def test_two_processes_that_tell_the_same_leave_one_order(self, client: Redis, room: Room) -> None:
        log, entries = adapter.RedisLog(client), [entry(n) for n in range(1, 101)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: log.append(room.room_id, entries), range(4)))
        assert ids(client, room) == [f"{n}-0" for n in range(1, 101)]

    def test_a_closed_log_keeps_its_last_word(self, client: Redis, room: Room) -> None:
        log = adapter.RedisLog(client)
        log.append(room.room_id, [entry(1), entry(2)])
        log.close({room.room_id: entry(3, "forgotten")})
        assert ids(client, room) == ["3-0"]
        assert int(client.ttl(LOG_KEY.format(room_id=room.room_id))) > 0
        log.destroy(room.room_id, 3)
        assert ids(client, room) == []

    def test_who_closes_late_takes_nothing_of_what_came_after(self, client: Redis, room: Room) -> None:
        log, last = adapter.RedisLog(client), {room.room_id: entry(3, "forgotten")}
        log.append(room.room_id, [entry(1), entry(2)])
        log.close(last)
        log.append(room.room_id, [entry(4, "moved")])
        log.close(last)
        log.destroy(room.room_id, 3)
        assert ids(client, room) == ["4-0"]


def test_a_lease_has_one_holder(client: Redis) -> None:
    leases, name = adapter.RedisLeases(client), new_id()
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: leases.take_all([name], 10), range(16)))
    assert sorted(taken) == [[]] * 15 + [[name]]
    leases.release_all([name])
    assert leases.take_all([name], 10)
    leases.release_all([name])


def ids(client: Redis, room: Room) -> list[str]:
    return [entry_id for entry_id, _ in client.xrange(LOG_KEY.format(room_id=room.room_id))]


def _who() -> Who:
    return Who(participant_id="recipient-1", role="citizen")
