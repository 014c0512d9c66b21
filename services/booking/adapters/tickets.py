"""Tickets for open appointments in MongoDB: whoever inserts `<owner>|<number>` has it."""

from __future__ import annotations

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document


class MongoTickets:
    """The collection `tickets`; an owner is a hash."""

    def __init__(self, database: Database[Document]) -> None:
        self._tickets = database["tickets"]

    def prepare(self) -> None:
        """An appointment has one ticket of an owner, however often it is confirmed at once."""
        self._tickets.create_index([("owner", ASCENDING), ("appointment_id", ASCENDING)], unique=True)

    def take(self, owner: str, number: int, appointment_id: str) -> bool:
        ticket = {"_id": _id(owner, number), "owner": owner, "number": number}
        try:
            self._tickets.insert_one({**ticket, "appointment_id": appointment_id})
        except DuplicateKeyError:
            return False
        return True

    def of(self, owner: str) -> dict[int, str]:
        found = self._tickets.find({"owner": owner})
        return {ticket["number"]: ticket["appointment_id"] for ticket in found}

    def pass_on(self, owner: str, number: int, before: str, after: str) -> bool:
        as_read = {"_id": _id(owner, number), "appointment_id": before}
        try:
            done = self._tickets.update_one(as_read, {"$set": {"appointment_id": after}})
        except DuplicateKeyError:
            return False
        return done.modified_count == 1

    def drop(self, owner: str) -> None:
        self._tickets.delete_many({"owner": owner})


def _id(owner: str, number: int) -> str:
    return f"{owner}|{number}"
