"""Rounds that one of several replicas makes, each after its time: one document for each."""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document


class MongoRounds:
    """The collection `rounds`."""

    def __init__(self, database: Database[Document]) -> None:
        self._rounds = database["rounds"]

    def take(self, name: str, now: datetime, pause: timedelta) -> bool:
        """Whether it is due and nobody else makes it; then it is due again after the pause."""
        due, then = {"_id": name, "due_at": {"$lte": now}}, now + pause
        if self._rounds.update_one(due, {"$set": {"due_at": then}}).modified_count == 1:
            return True
        try:
            self._rounds.insert_one({"_id": name, "due_at": then})
        except DuplicateKeyError:
            return False
        return True
