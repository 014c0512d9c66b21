"""Tickets for open appointments in MongoDB: whoever inserts `<owner>|<number>` has it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.ports import Ticket
from services.chassis.mongo import Document

_LOOKED_AT_AFTER = timedelta(days=1)
"""By then its hold has lapsed or is an appointment: one look tells how long it is needed."""
_BATCH = 200


class MongoTickets:
    """The collection `tickets`; an owner is a hash."""

    def __init__(self, database: Database[Document]) -> None:
        self._tickets = database["tickets"]

    def prepare(self) -> None:
        """An appointment has one ticket of an owner, however often it is confirmed at once."""
        self._tickets.create_index([("owner", ASCENDING), ("appointment_id", ASCENDING)], unique=True)
        self._tickets.create_index([("look_at", ASCENDING)])

    def take(self, owner: str, number: int, appointment_id: str, now: datetime) -> bool:
        ticket = {"_id": _id(owner, number), "owner": owner, "number": number}
        about = {"appointment_id": appointment_id, "look_at": now + _LOOKED_AT_AFTER}
        try:
            self._tickets.insert_one({**ticket, **about})
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

    def to_look_at(self, now: datetime) -> list[Ticket]:
        found = self._tickets.find({"look_at": {"$lte": now}}).limit(_BATCH)
        return [Ticket(one["owner"], one["number"], one["appointment_id"]) for one in found]

    def look_again(self, ticket: Ticket, at: datetime) -> None:
        self._tickets.update_one(_as_read(ticket), {"$set": {"look_at": at}})

    def give_up(self, ticket: Ticket) -> None:
        self._tickets.delete_one(_as_read(ticket))


def _as_read(ticket: Ticket) -> Document:
    return {"_id": _id(ticket.owner, ticket.number), "appointment_id": ticket.appointment_id}


def _id(owner: str, number: int) -> str:
    return f"{owner}|{number}"
