"""The private spaces: one document each, whose `_id` is the person, so there is never a second.

That holds while it is deleted, too: the document keeps the id until the grace is over and that is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.space_access import ACTIVE
from services.contracts.spaces import PersonalData
from services.contracts.wire import Event
from services.spaces.domain.private_space import Change, PrivateSpace
from services.spaces.domain.space import GONE

_BATCH = 100
INDEXES = (
    IndexModel([("due_at", ASCENDING)], sparse=True),
    IndexModel([("state", ASCENDING)]),
)


class MongoSpaces:
    """The collection `private_spaces`."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._spaces, self._outbox = database["private_spaces"], outbox

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._spaces.create_indexes(list(INDEXES))

    def add(self, space: PrivateSpace, *events: Event) -> bool:
        """The insertion is the claim: of a hundred at once one is kept."""
        document = {"_id": space.person_id, **_to_document(space), "version": 1}
        try:
            self._spaces.insert_one(document | {"outbox": entries(*events)})
        except DuplicateKeyError:
            return False
        self._outbox.nudge(space.person_id)
        return True

    def get(self, person_id: str) -> PrivateSpace | None:
        found = self._spaces.find_one({"_id": person_id})
        return _from_document(found) if found else None

    def change(self, before: PrivateSpace, after: PrivateSpace, *events: Event) -> bool:
        # A new one of the same person begins to count anew: what was read of the former one changes nothing.
        expected = {"_id": before.person_id, "version": before.version, "gone_at": before.gone_at}
        written: Document = {"$set": {**_to_document(after), "version": before.version + 1}}
        if "due_at" not in written["$set"]:
            written["$unset"] = {"due_at": ""}
        written["$push"] = push(entries(*events))
        done = self._spaces.update_one(expected, written).modified_count == 1
        if done and events:
            self._outbox.nudge(before.person_id)
        return done

    def due(self, now: datetime) -> list[PrivateSpace]:
        return [_from_document(found) for found in self._spaces.find({"due_at": {"$lte": now}}).limit(_BATCH)]

    def drop_gone(self) -> None:
        for found in self._spaces.find({"state": GONE}, {"outbox": 1}).limit(_BATCH):
            if not found["outbox"]:
                self._spaces.delete_one({"_id": found["_id"], "state": GONE, "outbox": []})


def _to_document(space: PrivateSpace) -> Document:
    data = asdict(space.data)
    data["birth_date"] = space.data.birth_date.isoformat() if space.data.birth_date else None
    document: Document = {
        "data": data,
        "data_version": space.data_version,
        "changes": [asdict(change) for change in space.changes],
        "consent_version": space.consent_version,
        "consented_at": space.consented_at,
        "state": space.state,
        "gone_at": space.gone_at,
        "closing_until": space.closing_until,
    }
    due_at = space.due_at()
    return document | ({"due_at": due_at} if due_at else {})


def _from_document(found: Mapping[str, Any]) -> PrivateSpace:
    """Documents from before they could be deleted have neither history nor state."""
    return PrivateSpace(
        person_id=found["_id"],
        data=_data(found["data"]),
        data_version=found.get("data_version", found["version"]),
        changes=tuple(_change(one) for one in found.get("changes", ())),
        consent_version=found.get("consent_version", ""),
        consented_at=found.get("consented_at"),
        state=found.get("state", ACTIVE),
        gone_at=found.get("gone_at"),
        closing_until=found.get("closing_until"),
        version=found["version"],
    )


def _data(stored: Document) -> PersonalData:
    birth_date = stored["birth_date"]
    return PersonalData(**stored | {"birth_date": date.fromisoformat(birth_date) if birth_date else None})


def _change(stored: Document) -> Change:
    return Change(**stored | {"fields": tuple(stored["fields"])})
