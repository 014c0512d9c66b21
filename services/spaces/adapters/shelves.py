"""The documents of spaces: one document each, whose `_id` is the space.

A change expects the version that it was made from, so that two uploads which together pass the quota are not
both let in.  `folder` is where the objects lie, `due_at` what the timer looks for; `count` and `used` are
summed for the figures; they say nothing that the documents do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document as Stored
from services.contracts.document_rules import object_folder
from services.spaces.documents.ports import Totals
from services.spaces.domain.document import Document, Name, Rules, Version
from services.spaces.domain.shelf import Doomed, Shelf

_BATCH = 100
INDEXES = (
    IndexModel([("due_at", ASCENDING)], sparse=True),
    IndexModel([("folder", ASCENDING)], unique=True),
    IndexModel([("count", ASCENDING), ("used", ASCENDING)]),
)


class MongoShelves:
    """The collection `shelves`."""

    def __init__(self, database: Database[Stored], rules: Rules) -> None:
        self._shelves, self._rules = database["shelves"], rules

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._shelves.create_indexes(list(INDEXES))

    def get(self, space_id: str) -> Shelf:
        found = self._shelves.find_one({"_id": space_id})
        return _from_document(found) if found else Shelf(space_id)

    def change(self, before: Shelf, after: Shelf) -> bool:
        return self._replace(before, after) if before.version else self._add(after)

    def due(self, now: datetime) -> list[Shelf]:
        found = self._shelves.find({"due_at": {"$lte": now}}).sort("due_at", ASCENDING).limit(_BATCH)
        return [_from_document(stored) for stored in found]

    def all(self) -> Iterator[Shelf]:
        last = ""
        while page := list(self._shelves.find({"_id": {"$gt": last}}).sort("_id", ASCENDING).limit(_BATCH)):
            yield from map(_from_document, page)
            last = page[-1]["_id"]

    def in_folder(self, folder: str) -> Shelf | None:
        found = self._shelves.find_one({"folder": folder})
        return _from_document(found) if found else None

    def remove(self, space_id: str) -> None:
        self._shelves.delete_one({"_id": space_id})

    def totals(self) -> Totals:
        indexed = {"$match": {"count": {"$gte": 0}}}
        summed = {"$group": {"_id": None, "count": {"$sum": "$count"}, "used": {"$sum": "$used"}}}
        found = next(iter(self._shelves.aggregate([indexed, summed])), {"count": 0, "used": 0})
        return Totals(documents=found["count"], used=found["used"])

    def _add(self, shelf: Shelf) -> bool:
        document = {"_id": shelf.space_id, "folder": object_folder("spaces", shelf.space_id)}
        try:
            self._shelves.insert_one(document | self._fields(shelf) | {"version": 1})
        except DuplicateKeyError:
            return False
        return True

    def _replace(self, before: Shelf, after: Shelf) -> bool:
        expected = {"_id": before.space_id, "version": before.version}
        written: Stored = {"$set": {**self._fields(after), "version": before.version + 1}}
        if "due_at" not in written["$set"]:
            written["$unset"] = {"due_at": ""}
        return self._shelves.update_one(expected, written).modified_count == 1

    def _fields(self, shelf: Shelf) -> Stored:
        due_at = shelf.due_at(self._rules)
        return {
            "documents": [_stored(one) for one in shelf.documents],
            "doomed": [_flat(one) for one in shelf.doomed],
            "count": sum(one.current is not None for one in shelf.documents),
            "used": shelf.used,
        } | ({"due_at": due_at} if due_at else {})


class MongoEndings:
    """The collection `ended_shelves`: the folder and when, nothing else."""

    def __init__(self, database: Database[Stored]) -> None:
        self._ended = database["ended_shelves"]

    def prepare(self) -> None:
        """Make the index; repeatable."""
        self._ended.create_index([("at", ASCENDING)])

    def note(self, folder: str, at: datetime) -> None:
        with suppress(DuplicateKeyError):  # another replica was faster
            self._ended.update_one({"_id": folder}, {"$set": {"at": at}}, upsert=True)

    def knows(self, folder: str) -> bool:
        return self._ended.find_one({"_id": folder}) is not None


def _from_document(found: Mapping[str, Any]) -> Shelf:
    return Shelf(
        space_id=found["_id"],
        documents=tuple(map(_document, found["documents"])),
        doomed=tuple(Doomed(**one) for one in found["doomed"]),
        version=found["version"],
    )


def _stored(document: Document) -> Stored:
    nested = {"name": _flat(document.name), "versions": [_flat(one) for one in document.versions]}
    return _flat(document) | nested


def _flat(thing: Any) -> Stored:
    """Its fields as they are: thousands of them are written at once, which `asdict` would copy deeply."""
    return {field.name: getattr(thing, field.name) for field in fields(thing)}


def _document(stored: Stored) -> Document:
    return Document(
        document_id=stored["document_id"],
        folder=stored["folder"],
        name=Name(**stored["name"]),
        versions=tuple(Version(**one) for one in stored["versions"]),
        binned_at=stored["binned_at"],
        last_number=stored.get("last_number", 0),
    )
