"""Which reminders are still to come: one document an appointment.

Events may come twice and out of order: the document has the highest version
that was heard of, and what an older event says changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.notify.domain.reminders import Schedule

_KEPT = timedelta(days=14)
"""After the start, or after the cancellation: longer than any event is late."""


class MongoSchedules:
    """`next_at` is there while something is to come; business time."""

    def __init__(self, database: Database[Document]) -> None:
        self._schedules = database["schedules"]

    def prepare(self) -> None:
        """Make the indexes; harmless when they are there."""
        self._schedules.create_index([("next_at", ASCENDING)])
        self._schedules.create_index("garbage_at", expireAfterSeconds=0)

    def put(self, schedule: Schedule, now: datetime) -> None:
        plan = {
            "version": schedule.version,
            "starts_at": schedule.starts_at,
            "next_at": schedule.next_at,
            "garbage_at": max(schedule.starts_at or now, now) + _KEPT,
        }
        try:
            self._schedules.insert_one({"_id": schedule.appointment_id, **plan})
        except DuplicateKeyError:
            older = {"_id": schedule.appointment_id, "version": {"$lt": schedule.version}}
            self._schedules.update_one(older, {"$set": plan})

    def remove(self, appointment_id: str) -> None:
        self._schedules.delete_one({"_id": appointment_id})

    def due(self, now: datetime, limit: int) -> tuple[Schedule, ...]:
        found = self._schedules.find({"next_at": {"$lte": now}}).sort("next_at", ASCENDING).limit(limit)
        return tuple(_schedule(document) for document in found)

    def advance(self, schedule: Schedule, next_at: datetime | None) -> None:
        expected: dict[str, Any] = {
            "_id": schedule.appointment_id,
            "version": schedule.version,
            "next_at": schedule.next_at,
        }
        self._schedules.update_one(expected, {"$set": {"next_at": next_at}})


def _schedule(found: Document) -> Schedule:
    return Schedule(found["_id"], found["version"], found["starts_at"], found["next_at"])
