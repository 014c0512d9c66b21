"""Rooms in MongoDB: one document each, with the events and log entries that are still to be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from pymongo import ASCENDING, UpdateMany, UpdateOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis import outbox as embedded
from services.chassis.mongo import Document as Stored
from services.chassis.outbox import Outbox
from services.contracts.wire import Event
from services.media.control.domain.admission import State
from services.media.control.domain.device_check import DeviceCheck
from services.media.control.domain.document import Document, filing_since
from services.media.control.domain.filing import Filing
from services.media.control.domain.guest import Guest
from services.media.control.domain.outcome import Outcome
from services.media.control.domain.people import Presence
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.schedule import Lane, waits
from services.media.control.ports import Book, Forgotten, LogEntry

PartT = TypeVar("PartT", Presence, Document, Filing, Guest, DeviceCheck)

_PAGE = 500
_BESIDE = {"log": 0, "outbox": 0}
"""What lies in the document without being part of the room."""


class MongoRooms:
    """`_id` is the room's; `revision` orders its changes.

    What waits for a timer has an instant in the field of each lane in which it does, and none in the others.
    """

    def __init__(self, database: Database[Stored], outbox: Outbox, rules: Rules) -> None:
        self._rooms, self._outbox, self._rules = database.rooms, outbox, rules

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        for lane in Lane:
            self._rooms.create_index([(lane.value, ASCENDING)], sparse=True)
        self._rooms.create_index([("starts_at", ASCENDING)])
        self._rooms.create_index([("keeper_id", ASCENDING), ("starts_at", ASCENDING)])
        self._rooms.create_index([("untold", ASCENDING)], sparse=True)
        self._rooms.create_index([("filing_since", ASCENDING)])

    def get(self, room_id: str) -> Room | None:
        stored = self._rooms.find_one({"_id": room_id}, _BESIDE)
        return _room(stored) if stored else None

    def get_all(self, room_ids: Sequence[str]) -> list[Room]:
        return [_room(stored) for stored in self._rooms.find({"_id": {"$in": list(room_ids)}}, _BESIDE)]

    def add(self, room: Room) -> bool:
        try:
            self._rooms.insert_one({"_id": room.room_id, **self._fields(room)})
        except DuplicateKeyError:
            return False
        return True

    def save(self, room: Room, log: Sequence[LogEntry] = (), events: Sequence[Event] = ()) -> bool:
        change = self._change(room)
        if log:
            change["$set"]["untold"] = True
        told = {
            "log": {"$each": [asdict(entry) for entry in log]},
            **embedded.push(embedded.entries(*events)),
        }
        query = {"_id": room.room_id, "revision": room.revision}
        saved = self._rooms.update_one(query, change | {"$push": told}).modified_count == 1
        if saved and events:
            self._outbox.nudge(room.room_id)
        return saved

    def give_up(self, rooms: Sequence[Room]) -> list[Room]:
        fresh = [room for room in rooms if not room.given_up]
        if fresh and self._give_up(fresh) == len(fresh):
            given_up = [replace(room.giving_up(), revision=room.revision + 1) for room in fresh]
            return [*given_up, *(room for room in rooms if room.given_up)]
        return [room for room in self.get_all([room.room_id for room in rooms]) if room.given_up]

    def _give_up(self, rooms: Sequence[Room]) -> int:
        """How many had not changed."""
        return self._rooms.bulk_write(_giving_up(rooms), ordered=False).modified_count

    def forget(self, stones: Sequence[Forgotten]) -> int:
        stored = self._rooms.bulk_write([self._over(stone) for stone in stones], ordered=False)
        for stone in stones:
            self._outbox.nudge(stone.room.room_id)
        return stored.modified_count

    def _over(self, stone: Forgotten) -> UpdateOne:
        change = self._change(stone.room)
        change["$set"]["log"] = []
        change["$unset"]["untold"] = ""
        if stone.events:
            change["$push"] = embedded.push(embedded.entries(*stone.events))
        return UpdateOne({"_id": stone.room.room_id, "revision": stone.room.revision}, change)

    def remove(self, room: Room) -> None:
        self._rooms.delete_one({"_id": room.room_id, "revision": room.revision})

    def due(self, lane: Lane, now: datetime, limit: int) -> list[str]:
        due = {lane.value: {"$lte": now}}
        found = self._rooms.find(due, {"_id": 1}).sort(lane.value, ASCENDING).limit(limit)
        return [str(stored["_id"]) for stored in found]

    def books(self) -> Iterator[Book]:
        last = ""
        while page := self._page_after(last):
            yield from map(_book, page)
            last = page[-1]["_id"]

    def _page_after(self, room_id: str) -> list[Stored]:
        known = {"gone_at": 1, "documents.object_name": 1, "documents.added_at": 1}
        return list(self._rooms.find({"_id": {"$gt": room_id}}, known).sort("_id", ASCENDING).limit(_PAGE))

    def starting(self, first: datetime, last: datetime) -> list[Room]:
        return self._in_order({"starts_at": {"$gte": first, "$lt": last}})

    def kept_by(self, agent_id: str, first: datetime, last: datetime) -> list[Room]:
        return self._in_order({"keeper_id": agent_id, "starts_at": {"$gte": first, "$lt": last}})

    def _in_order(self, query: Stored) -> list[Room]:
        return [_room(stored) for stored in self._rooms.find(query, _BESIDE).sort("starts_at", ASCENDING)]

    def untold(self, room_id: str) -> list[LogEntry]:
        stored = self._rooms.find_one({"_id": room_id}, {"log": 1}) or {}
        return [LogEntry(**entry) for entry in stored.get("log", [])]

    def told(self, room_id: str, seq: int) -> None:
        """Unless more was stored meanwhile: who stored that tells all of it again, which adds nothing."""
        self._rooms.update_one(
            {"_id": room_id, "log_seq": seq}, {"$set": {"log": []}, "$unset": {"untold": ""}}
        )

    def with_untold(self, limit: int) -> list[str]:
        return [str(stored["_id"]) for stored in self._rooms.find({"untold": True}, {"_id": 1}).limit(limit)]

    def with_open_filing(self, now: datetime, limit: int) -> list[str]:
        found = self._rooms.find({"filing_since": {"$lte": now}}, {"_id": 1})
        return [str(stored["_id"]) for stored in found.sort("filing_since", ASCENDING).limit(limit)]

    def _change(self, room: Room) -> Stored:
        """Lanes in which it does not wait have no field, else each look at an index would pass all rooms."""
        state = self._fields(room)
        absent = {lane.value: "" for lane in Lane if lane.value not in state}
        return {"$set": state | {"revision": room.revision + 1}, "$unset": absent}

    def _fields(self, room: Room) -> Stored:
        stored = {k: v for k, v in asdict(room).items() if k != "room_id"}
        return stored | {
            "state": str(room.state),
            "outcome": str(room.outcome) if room.outcome else None,
            "recorded": str(room.recorded) if room.recorded else None,
            "filing_since": filing_since(room.documents),
            **{lane.value: at for lane, at in waits(room, self._rules).items()},
        }


def _giving_up(rooms: Sequence[Room]) -> list[UpdateMany]:
    """One for all of the same revision.  Nothing else changes: they wait for the same timers."""
    ids = defaultdict[int, list[str]](list)
    for room in rooms:
        ids[room.revision].append(room.room_id)
    change = {"$set": {"given_up": True}, "$inc": {"revision": 1}}
    return [UpdateMany({"_id": {"$in": those}, "revision": number}, change) for number, those in ids.items()]


_NAMES = tuple(field.name for field in fields(Room) if field.name != "room_id")


def _room(stored: Stored) -> Room:
    known: dict[str, Any] = {name: stored[name] for name in _NAMES if name in stored}
    known |= {
        "state": State(stored["state"]),
        "outcome": Outcome(stored["outcome"]) if stored["outcome"] else None,
        "recorded": Outcome(stored["recorded"]) if stored.get("recorded") else None,
        "presences": tuple(_part(Presence, presence) for presence in stored["presences"]),
        "documents": tuple(_document(document) for document in stored["documents"]),
        "guests": tuple(_part(Guest, guest) for guest in stored.get("guests", ())),
        "expelled": tuple(stored.get("expelled", ())),
        "checks": tuple(_part(DeviceCheck, check) for check in stored.get("checks", ())),
        "message_ids": tuple(stored["message_ids"]),
        "records": tuple(stored.get("records", ())),
    }
    return Room(room_id=stored["_id"], **known)


def _document(stored: Stored) -> Document:
    filing = stored.get("filing")
    return _part(Document, stored | {"filing": _part(Filing, filing) if filing else None})


def _book(stored: Stored) -> Book:
    documents = stored["documents"]
    return Book(
        room_id=stored["_id"],
        is_forgotten=stored["gone_at"] is not None,
        objects=frozenset(one["object_name"] for one in documents),
        ready=frozenset(one["object_name"] for one in documents if one["added_at"]),
    )


def _part(kind: type[PartT], stored: Stored) -> PartT:
    """What this version knows of it: while versions are exchanged, a newer one may have stored more."""
    return kind(**{field.name: stored[field.name] for field in fields(kind) if field.name in stored})
