"""How often something may be asked for: so many an hour, in MongoDB.

Taking one is the insertion of a document whose id is the place taken, so many
callers at once never take more than there are.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.notify.ports import Place

_KEPT = timedelta(hours=2)
"""Until nobody can ask for a place of that hour any more."""


class MongoAllowances:
    """Hours are those of the clock (UTC), in real time."""

    def __init__(self, database: Database[Document]) -> None:
        self._allowances = database["allowances"]

    def prepare(self) -> None:
        """Make the index; harmless when it is there."""
        self._allowances.create_index("garbage_at", expireAfterSeconds=0)

    def take(self, of: str, key: str, limit: int, now: datetime) -> Place:
        hour = f"{of}|{now:%Y-%m-%dT%H}"
        tried = (self._try(f"{hour}|{place}", key, now) for place in range(limit))
        return next((place for place in tried if place is not Place.NONE), Place.NONE)

    def use(self, of: str, key: str, now: datetime) -> None:
        hour = f"{of}|{now:%Y-%m-%dT%H}|"
        places = {"$gte": hour, "$lt": f"{hour}:"}  # a colon follows on the digits
        self._allowances.update_one({"_id": places, "key": key}, {"$set": {"used": True}})

    def _try(self, place: str, key: str, now: datetime) -> Place:
        try:
            self._allowances.insert_one({"_id": place, "key": key, "garbage_at": now + _KEPT})
        except DuplicateKeyError:
            found = self._allowances.find_one({"_id": place, "key": key})
            return Place.NONE if found is None else Place.USED if "used" in found else Place.OWN
        return Place.NEW
