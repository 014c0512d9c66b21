"""Citizens whose persons and credentials lie in the real store."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pymongo.database import Database

from services.identity.credentials import Credentials
from services.identity.credentials.codes import Codes
from tests.unit.identity.citizens import World
from tests.unit.identity.fake_persons import KEY, FakeLastActs


def emptied(database: Database[dict[str, Any]]) -> None:
    for name in ("persons", "credentials", "proofs"):
        database[name].delete_many({})


def told(database: Database[dict[str, Any]]) -> Counter[str]:
    """Events that lie in the outboxes, by type."""
    found = database["persons"].find({}, {"outbox": 1})
    return Counter(entry["type"] for person in found for entry in person.get("outbox", ()))


class StoredWorld(World):
    """Citizens over the real store."""

    def __init__(self, store: Any) -> None:
        super().__init__()
        self.store = store

    @property
    def app(self) -> Credentials:
        return Credentials.over(self.clock, self.store, self.proofs, Codes(KEY), self.mail, FakeLastActs())
