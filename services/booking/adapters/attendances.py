"""What `media` has told, in MongoDB: one document per appointment, with the events that tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.domain.attendance import Attendance, Fact
from services.booking.domain.keeping import KEPT
from services.booking.domain.life import Transition
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.wire import Event


class MongoAttendances:
    """The collection `attendances`: `_id` is the appointment's, `revision` the number of its facts."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._attendances, self._outbox = database["attendances"], outbox

    def prepare(self) -> None:
        """Make the index; repeatable."""
        self._attendances.create_index([("garbage_at", ASCENDING)])

    def add(self, appointment_id: str, known: Attendance, fact: Fact, *events: Event) -> bool:
        revision, told = len(known.facts), entries(*events)
        kept = {"garbage_at": max(one.at for one in (*known.facts, fact)) + KEPT}
        added = (
            self._append(appointment_id, revision, fact, told, kept)
            if revision
            else self._begin(appointment_id, fact, told, kept)
        )
        self._outbox.nudge(appointment_id)
        return added

    def of(self, appointment_ids: Iterable[str]) -> dict[str, Attendance]:
        found = self._attendances.find({"_id": {"$in": list(appointment_ids)}}, {"outbox": 0})
        return {document["_id"]: _attendance(document) for document in found}

    def _begin(self, appointment_id: str, fact: Fact, told: list[Document], kept: Document) -> bool:
        document = {"_id": appointment_id, "revision": 1, "facts": [_document(fact)], "outbox": told, **kept}
        try:
            self._attendances.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def _append(
        self, appointment_id: str, revision: int, fact: Fact, told: list[Document], kept: Document
    ) -> bool:
        state = {"revision": revision + 1, **kept}
        change = {"$set": state, "$push": {"facts": _document(fact), **push(told)}}
        as_read = {"_id": appointment_id, "revision": revision}
        return self._attendances.update_one(as_read, change).modified_count == 1


def _document(fact: Fact) -> Document:
    return asdict(fact) | {"what": fact.what.value}


def _attendance(document: Mapping[str, Any]) -> Attendance:
    attendance = Attendance()
    for stored in document.get("facts", ()):
        attendance = attendance.knowing(Fact(**{**stored, "what": Transition(stored["what"])}))
    return attendance
