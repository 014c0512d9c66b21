"""Rooms in which there is something: written straight into the stores, and looked for there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import cast

from deploy.dev.platform import Platform
from deploy.dev.servers.objects import s3_keys
from services.chassis import mongo
from services.chassis.ids import new_id
from services.chassis.outbox import Outbox
from services.chassis.settings import Secret, SecretKey
from services.chassis.vault.keys import MasterKeys, OwnedKeys
from services.chassis.vault.objects import Objects, ObjectSettings
from services.media.control.adapters import redis
from services.media.control.adapters.mongo import MongoRooms
from services.media.control.domain.admission import CITIZEN, State
from services.media.control.domain.document import IDENTITY_COPY, SHARED, Document, object_prefix
from services.media.control.domain.outcome import Outcome
from services.media.control.domain.people import Presence
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.schedule import Lane
from services.media.control.ports import LogEntry

_AT_ONCE = 8
_OBJECT = os.urandom(2048)
_RULES = Rules()
_CALL = timedelta(minutes=20)


class FilledRooms:
    """Calls that were held, each with documents, an identity copy among them, and messages in its log."""

    def __init__(self, platform: Platform) -> None:
        own = platform.env("media-control")
        self._database = mongo.connect(own["MONGO_URI"], own["MONGO_DATABASE"], timeout_ms=30_000)
        keys = mongo.connect(own["KEYS_MONGO_URI"], own["KEYS_MONGO_DATABASE"], timeout_ms=30_000)
        self._keys_client = keys.client
        self._keys = OwnedKeys(keys, MasterKeys([SecretKey(own["MASTER_KEY"])]), "room")
        # Nothing is told by who only adds rooms, so it needs no outbox.
        self._rooms = MongoRooms(self._database, cast(Outbox, None), _RULES)
        self._redis = redis.connect(own["REDIS_URL"])
        self._log = redis.RedisLog(self._redis)
        self._objects = Objects(_operator(s3_keys(platform.site, "operator")))
        self.ids: list[str] = []

    def close(self) -> None:
        """Let the connections go."""
        self._database.client.close()
        self._keys_client.close()
        self._redis.close()
        self._objects.close()

    def fill(self, rooms: int, documents: int, *, due_at: datetime) -> None:
        """Add rooms that are to be forgotten at `due_at`, and nothing but them."""
        self._rooms.prepare()
        self._keys.prepare()
        self.ids = [new_id() for _ in range(rooms)]
        ended_at = due_at - _RULES.kept_for
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda room_id: self._add(_room(room_id, documents, ended_at)), self.ids))

    def late(self, due_at: datetime) -> list[float]:
        """Of each that is forgotten: how many seconds too late."""
        return [(gone_at - due_at).total_seconds() for gone_at in self._gone()]

    def forgotten(self) -> int:
        """How many of them are."""
        return sum(1 for _ in self._gone())

    def are_forgotten(self) -> bool:
        """Whether all of them are."""
        waiting = {Lane.FORGETTING.value: {"$lte": datetime.now().astimezone()}}
        return self._database.rooms.find_one(waiting, {"_id": 1}) is None

    def check_nothing_is_left(self) -> None:
        """Raises AssertionError for any that is not forgotten in every store, or without its record."""
        gone = self.forgotten()
        assert gone == len(self.ids), f"{gone} of {len(self.ids)} rooms are forgotten"
        left = {name.rpartition("/")[0] + "/" for name in self._objects.names("rooms/")}
        assert left.isdisjoint(map(object_prefix, self.ids)), "objects are left"
        assert set(self.ids).isdisjoint(self._keys.owners()), "keys are left"
        assert not any("message" in self._types(room_id) for room_id in self.ids), "logs are left"

    def _gone(self) -> Iterator[datetime]:
        for first in range(0, len(self.ids), 500):
            for room in self._rooms.get_all(self.ids[first : first + 500]):
                if room.gone_at and room.records and not room.documents:
                    yield room.gone_at

    def _types(self, room_id: str) -> list[str]:
        entries = self._redis.xrange(f"room:{room_id}:log")
        return [fields["type"] for _, fields in entries]

    def _add(self, room: Room) -> None:
        """In the order of the platform: the row, the key, the objects."""
        self._rooms.add(room)
        self._keys.create(room.room_id, room.opened_at)
        for document in room.documents:
            self._objects.put(document.object_name, [_OBJECT], len(_OBJECT))
        said = LogEntry(seq=1, type="message", at=room.opened_at, by="citizen", sealed="x" * 400)
        self._log.append(room.room_id, [said])


def _room(room_id: str, documents: int, ended_at: datetime) -> Room:
    began = ended_at - _CALL
    kinds = (IDENTITY_COPY, *(SHARED,) * (documents - 1))
    return Room(
        room_id=room_id,
        opened_at=began,
        state=State.BOOKED,
        version=1,
        starts_at=began,
        ends_at=ended_at,
        presences=(Presence(participant_id="citizen", role=CITIZEN, joined_at=began, here_since=None),),
        admitted_at=began,
        ended_at=ended_at,
        outcome=Outcome.HELD,
        documents=tuple(_document(room_id, kind, began) for kind in kinds),
        message_ids=("1",),
        log_seq=1,
    )


def _document(room_id: str, kind: str, at: datetime) -> Document:
    return Document(
        document_id=new_id(),
        kind=kind,
        object_name=object_prefix(room_id) + new_id(),
        sealed_name="x" * 60,
        sender="citizen",
        role=CITIZEN,
        granted_at=at,
        media_type="application/pdf",
        size=len(_OBJECT),
        added_at=at,
        digest="0" * 64,
    )


def _operator(keys: Mapping[str, str]) -> ObjectSettings:
    return ObjectSettings(
        s3_endpoint=keys["S3_ENDPOINT"],
        s3_secure=False,
        s3_access_key=Secret(keys["S3_ACCESS_KEY"]),
        s3_secret_key=Secret(keys["S3_SECRET_KEY"]),
        s3_bucket=keys["S3_BUCKET"],
    )
