"""The deliveries: one document a message, claimed by its `_id`.

A lease is `due_at` in the future; `attempts` rises with each lease and so tells
its holder from a later one: who comes back too late changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.notify.domain.delivery import PENDING, Delivery, Message

_MESSAGE = tuple(field.name for field in fields(Message))


class MongoDeliveries:
    """`lease` is how long one attempt may take before somebody else tries."""

    def __init__(self, database: Database[Document], lease: timedelta) -> None:
        self._deliveries, self._lease = database["deliveries"], lease

    def prepare(self) -> None:
        """Make the indexes; harmless when they are there."""
        self._deliveries.create_index([("state", ASCENDING), ("due_at", ASCENDING)])
        self._deliveries.create_index([("appointment_id", ASCENDING), ("claimed_at", ASCENDING)])
        self._deliveries.create_index("credential_id", sparse=True)
        self._deliveries.create_index("recipient_hash", sparse=True)
        self._deliveries.create_index("garbage_at", expireAfterSeconds=0)

    def begin(self, message: Message, now: datetime, kept_until: datetime) -> Delivery | None:
        """Leased by being inserted: two writes a mail, this one and `finish`."""
        delivery = Delivery(message, PENDING, 1, now + self._lease, now)
        return delivery if self._insert(delivery, kept_until) else None

    def queue(self, message: Message, now: datetime, kept_until: datetime) -> None:
        self._insert(Delivery(message, PENDING, 0, now, now), kept_until)

    def _insert(self, delivery: Delivery, kept_until: datetime) -> bool:
        try:
            self._deliveries.insert_one(_document(delivery) | {"garbage_at": kept_until})
        except DuplicateKeyError:
            return False
        return True

    def lease(self, message: Message, now: datetime) -> Delivery | None:
        """Of many callers the one whose update counted gets it: `attempts` names the state expected."""
        found = self._deliveries.find_one({"_id": message.delivery_id})
        if found is None or found["state"] != PENDING or found["due_at"] > now:
            return None
        until = now + self._lease
        expected = {"_id": found["_id"], "state": PENDING, "attempts": found["attempts"]}
        change = {"$set": {"due_at": until, "attempts": found["attempts"] + 1}}
        if not self._deliveries.update_one(expected, change).modified_count:
            return None
        return _delivery(found | {"due_at": until, "attempts": found["attempts"] + 1})

    def finish(self, leased: Delivery, state: str, now: datetime, recipient_hash: str = "") -> None:
        self._change(leased, {"state": state, "changed_at": now, "recipient_hash": recipient_hash})

    def postpone(self, leased: Delivery, due_at: datetime, now: datetime) -> None:
        self._change(leased, {"due_at": due_at, "changed_at": now})

    def due(self, now: datetime, limit: int) -> tuple[Message, ...]:
        query = {"state": PENDING, "due_at": {"$lte": now}}
        found = self._deliveries.find(query).sort("due_at", ASCENDING).limit(limit)
        return tuple(_message(document) for document in found)

    def of_appointment(self, appointment_id: str) -> tuple[Delivery, ...]:
        found = self._deliveries.find({"appointment_id": appointment_id}).sort("claimed_at", ASCENDING)
        return tuple(_delivery(document) for document in found)

    def of_credentials(self, credential_ids: Sequence[str], limit: int) -> tuple[Delivery, ...]:
        found = self._deliveries.find({"credential_id": {"$in": list(credential_ids)}})
        latest = list(found.sort("claimed_at", DESCENDING).limit(limit))
        return tuple(_delivery(document) for document in reversed(latest))

    def erase(self, appointment_ids: Sequence[str], credential_ids: Sequence[str]) -> None:
        about = (
            {"appointment_id": {"$in": list(appointment_ids)}},
            {"credential_id": {"$in": list(credential_ids)}},
        )
        found = (delivery for query in about for delivery in self._deliveries.find(query))
        hashes = {delivery.get("recipient_hash", "") for delivery in found}
        # The recipients first: they are known by what goes afterwards.
        to_them = {"recipient_hash": {"$in": sorted(hashes - {""})}}
        self._deliveries.update_many(to_them, {"$set": {"recipient_hash": ""}})
        for query in about:
            self._deliveries.delete_many(query)

    def states(self, delivery_ids: Sequence[str]) -> dict[str, str]:
        found = self._deliveries.find({"_id": {"$in": list(delivery_ids)}}, {"state": 1})
        return {document["_id"]: document["state"] for document in found}

    def _change(self, leased: Delivery, change: dict[str, Any]) -> None:
        expected = {"_id": leased.message.delivery_id, "state": PENDING, "attempts": leased.attempts}
        self._deliveries.update_one(expected, {"$set": change})


def _document(delivery: Delivery) -> Document:
    message, now = delivery.message, delivery.changed_at
    return {
        "_id": message.delivery_id,
        **{name: value for name, value in asdict(message).items() if value not in ("", None)},
        "state": delivery.state,
        "attempts": delivery.attempts,
        "due_at": delivery.due_at,
        "claimed_at": now,
        "changed_at": now,
    }


def _message(found: Document) -> Message:
    return Message(**{"appointment_id": "", **{name: found[name] for name in _MESSAGE if name in found}})


def _delivery(found: Document) -> Delivery:
    return Delivery(_message(found), found["state"], found["attempts"], found["due_at"], found["changed_at"])
