"""The waiting list in MongoDB: each change expects what its author has read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from datetime import datetime

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.domain.earlier import OFFERED, WAITING, Offered, Wish
from services.booking.earlier.ports import Queue
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.wire import Event

_BATCH = 200
_FIELDS = tuple(field.name for field in fields(Wish) if field.name != "appointment_id")

WISH_INDEXES = (
    IndexModel([("state", ASCENDING), ("asked_at", ASCENDING), ("_id", ASCENDING)]),
    IndexModel([("before", ASCENDING)]),
)
_GARBAGE = IndexModel([("until", ASCENDING)], expireAfterSeconds=86_400)


class MongoWishes:
    """The collections `wishes`, one document per appointment, and `passed`, one per declined time."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._wishes, self._passed, self._outbox = database["wishes"], database["passed"], outbox

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._wishes.create_indexes(list(WISH_INDEXES))
        self._passed.create_indexes([_GARBAGE])

    def find(self, appointment_id: str) -> Wish | None:
        return next(_all(self._wishes.find({"_id": appointment_id})), None)

    def add(self, wish: Wish) -> bool:
        try:
            self._wishes.insert_one({"_id": wish.appointment_id, **_to_document(wish), "outbox": []})
        except DuplicateKeyError:
            return False
        return True

    def change(self, before: Wish, after: Wish, *events: Event) -> bool:
        change = {"$set": _to_document(after), "$push": push(entries(*events))}
        done = self._wishes.update_one(_as_read(before), change).modified_count == 1
        if events:
            self._outbox.nudge(after.appointment_id)
        return done

    def remove(self, wish: Wish) -> bool:
        # Along goes what is untold of an offer: one that is over need not be told of.
        return self._wishes.delete_one(_as_read(wish)).deleted_count == 1

    def queues(self) -> list[Queue]:
        place = {"kind": "$kind", "language": "$language"}
        found = self._wishes.aggregate(
            [{"$match": {"state": WAITING}}, {"$group": {"_id": place, "before": {"$max": "$before"}}}]
        )
        return [Queue(**group["_id"], before=group["before"]) for group in found]

    def waiting(self) -> Iterator[Wish]:
        order = [("asked_at", ASCENDING), ("_id", ASCENDING)]
        return _all(self._wishes.find({"state": WAITING}).sort(order))

    def offered(self) -> list[Wish]:
        return list(_all(self._wishes.find({"state": OFFERED})))

    def begun(self, now: datetime) -> list[Wish]:
        return list(_all(self._wishes.find({"before": {"$lte": now}}).limit(_BATCH)))

    def note_passed(self, time_id: str, appointment_id: str, until: datetime) -> None:
        place, change = {"_id": time_id}, {"$addToSet": {"by": appointment_id}}
        if self._passed.update_one(place, change).matched_count:
            return
        try:
            self._passed.insert_one({**place, "by": [appointment_id], "until": until})
        except DuplicateKeyError:
            self._passed.update_one(place, change)

    def passed_by(self, time_ids: Iterable[str]) -> Mapping[str, int]:
        found = self._passed.find({"_id": {"$in": list(time_ids)}})
        return {document["_id"]: len(document["by"]) for document in found}


def _as_read(wish: Wish) -> Document:
    return {"_id": wish.appointment_id, "asked_at": wish.asked_at, "revision": wish.revision}


def _to_document(wish: Wish) -> Document:
    document = {name: getattr(wish, name) for name in _FIELDS}
    return document | {"passed": list(wish.passed), "offer": asdict(wish.offer) if wish.offer else None}


def _all(documents: Iterable[Document]) -> Iterator[Wish]:
    return (_from_document(document) for document in documents)


def _from_document(document: Mapping[str, object]) -> Wish:
    known: Document = {name: document[name] for name in _FIELDS if name in document}
    known["passed"] = tuple(known.get("passed", ()))
    known["offer"] = Offered(**known["offer"]) if known.get("offer") else None
    return Wish(appointment_id=str(document["_id"]), **known)
