"""Limits of persons who asked for more spaces: one document each; of everybody else there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.wire import Event
from services.spaces.domain.limit import Limit, LimitStep, Wish

_MOST = 100
INDEXES = (
    IndexModel([("waits_since", ASCENDING)], sparse=True),
    IndexModel([("due_at", ASCENDING)]),
)


class MongoLimits:
    """The collection `space_limits`."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._limits, self._outbox = database["space_limits"], outbox

    def prepare(self) -> None:
        """Make the index; repeatable."""
        self._limits.create_indexes(list(INDEXES))

    def get(self, person_id: str) -> Limit:
        found = self._limits.find_one({"_id": person_id})
        return _from_document(found) if found else Limit(person_id)

    def change(self, before: Limit, after: Limit, *events: Event) -> bool:
        done = self._add(after, *events) if before.version == 0 else self._replace(before, after, *events)
        if done and events:
            self._outbox.nudge(before.person_id)
        return done

    def remove(self, person_id: str) -> None:
        self._limits.delete_one({"_id": person_id})

    def drop(self, before: Limit) -> None:
        as_read = {"_id": before.person_id, "version": before.version}
        self._limits.delete_one({**as_read, "outbox": []})

    def due(self, now: datetime) -> list[Limit]:
        return [_from_document(found) for found in self._limits.find({"due_at": {"$lte": now}}).limit(_MOST)]

    def wished(self) -> list[Limit]:
        found = self._limits.find({"waits_since": {"$exists": True}}).sort("waits_since", ASCENDING)
        return [_from_document(document) for document in found.limit(_MOST)]

    def _add(self, limit: Limit, *events: Event) -> bool:
        document = {"_id": limit.person_id, **_to_document(limit), "version": 1}
        try:
            self._limits.insert_one(document | {"outbox": entries(*events)})
        except DuplicateKeyError:
            return False
        return True

    def _replace(self, before: Limit, after: Limit, *events: Event) -> bool:
        expected = {"_id": before.person_id, "version": before.version}
        written: Document = {"$set": {**_to_document(after), "version": before.version + 1}}
        if after.wish is None:
            written["$unset"] = {"waits_since": ""}
        written["$push"] = push(entries(*events))
        return self._limits.update_one(expected, written).modified_count == 1


def _to_document(limit: Limit) -> Document:
    document: Document = {
        "limit": limit.limit,
        "wish": asdict(limit.wish) if limit.wish else None,
        "answered": limit.answered,
        "steps": [asdict(step) for step in limit.steps],
        "due_at": limit.due_at(),
    }
    return document | ({"waits_since": limit.wish.asked_at} if limit.wish else {})


def _from_document(found: Mapping[str, Any]) -> Limit:
    return Limit(
        person_id=found["_id"],
        limit=found["limit"],
        wish=Wish(**found["wish"]) if found["wish"] else None,
        answered=found["answered"],
        steps=tuple(LimitStep(**step) for step in found["steps"]),
        version=found["version"],
    )
