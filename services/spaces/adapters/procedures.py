"""Procedures: one document each; what somebody typed is sealed with the key of its space.

`claim` ("space|person|n") is unique while it is a draft: the insertion claims a place, so of a hundred at
once as many are kept as there are places. A change expects the version that it was made from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from itertools import chain
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.contracts.procedures import DISCARDED, DRAFT
from services.spaces.documents.ports import SpaceKey, SpaceKeys
from services.spaces.domain.procedure import NOTHING, Content, Procedure

_BATCH = 100
_PURPOSE = "procedures"
_PLAIN = tuple(field.name for field in fields(Procedure) if field.name not in ("procedure_id", "content"))

INDEXES = (
    IndexModel([("claim", ASCENDING)], unique=True, sparse=True),
    IndexModel([("space_id", ASCENDING), ("state", ASCENDING), ("changed_at", DESCENDING)]),
    IndexModel([("space_id", ASCENDING), ("starts_at", DESCENDING)]),
    IndexModel([("begun_by", ASCENDING)]),
    IndexModel([("changed_by", ASCENDING)]),
    IndexModel([("due_at", ASCENDING)], sparse=True),
)


class MongoProcedures:
    """The collection `procedures`."""

    def __init__(self, database: Database[Document], keys: SpaceKeys) -> None:
        self._procedures, self._keys = database["procedures"], keys

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._procedures.create_indexes(list(INDEXES))

    def add(self, procedure: Procedure) -> bool:
        document = {"_id": procedure.procedure_id, **self._to_document(procedure)}
        try:
            self._procedures.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def get(self, procedure_id: str) -> Procedure | None:
        return next(iter(self._all(self._procedures.find({"_id": procedure_id}))), None)

    def change(self, before: Procedure, after: Procedure) -> Procedure | None:
        following = replace(after, version=before.version + 1)
        written: Document = {"$set": self._to_document(following)}
        absent = [name for name in ("claim", "due_at") if name not in written["$set"]]
        written |= {"$unset": dict.fromkeys(absent, "")} if absent else {}
        done = self._procedures.update_one(_as_read(before), written).modified_count == 1
        return following if done else None

    def remove(self, before: Procedure) -> None:
        self._procedures.delete_one(_as_read(before))

    def of_space(self, space_id: str, most: int) -> list[Procedure]:
        drafts = self._procedures.find({"space_id": space_id, "state": DRAFT})
        others = self._procedures.find({"space_id": space_id, "state": {"$nin": [DRAFT, DISCARDED]}})
        latest = drafts.sort("changed_at", DESCENDING), others.sort("starts_at", DESCENDING)
        return self._all(chain.from_iterable(found.limit(most) for found in latest))

    def places(self, space_id: str, person_id: str) -> set[int]:
        mine = {"space_id": space_id, "state": DRAFT, "begun_by": person_id}
        return {found["place"] for found in self._procedures.find(mine, {"place": 1})}

    def of_person(self, person_id: str) -> list[Procedure]:
        found = {
            one["_id"]: one
            for role in ("begun_by", "changed_by")
            for one in self._procedures.find({role: person_id})
        }
        return self._all(found.values())

    def due(self, now: datetime) -> list[Procedure]:
        found = self._procedures.find({"due_at": {"$lte": now}})
        return self._all(found.sort("due_at", ASCENDING).limit(_BATCH))

    def erase(self, space_id: str) -> None:
        self._procedures.delete_many({"space_id": space_id})

    def _to_document(self, procedure: Procedure) -> Document:
        document = {name: getattr(procedure, name) for name in _PLAIN}
        document["sealed"] = self._sealed(procedure)
        due_at = procedure.due_at()
        # What is absent is in no sparse index: what is no draft takes no place.
        document |= {"due_at": due_at} if due_at else {}
        claim = f"{procedure.space_id}|{procedure.begun_by}|{procedure.place}"
        return document | ({"claim": claim} if procedure.place else {})

    def _sealed(self, procedure: Procedure) -> str:
        """Empty where there is nothing."""
        if procedure.content == NOTHING:
            return ""
        text = json.dumps(asdict(procedure.content), ensure_ascii=False)
        return self._keys.ensure(procedure.space_id).seal(_PURPOSE, text, procedure.procedure_id)

    def _all(self, documents: Iterable[Document]) -> list[Procedure]:
        """The key of a space is fetched once, however many there are of it."""
        found = list(documents)
        keys = {space_id: self._keys.get(space_id) for space_id in {one["space_id"] for one in found}}
        return [_from_document(one, keys[one["space_id"]]) for one in found]


def content_of(found: Mapping[str, Any], keys: SpaceKeys) -> Content:
    """What a stored procedure holds; nothing once its space's key is destroyed."""
    return _opened(found, keys.get(found["space_id"]))


def _opened(found: Mapping[str, Any], key: SpaceKey | None) -> Content:
    if key is None or not found["sealed"]:
        return NOTHING
    return Content(**json.loads(key.unseal(_PURPOSE, found["sealed"], found["_id"])))


def _from_document(found: Mapping[str, Any], key: SpaceKey | None) -> Procedure:
    return Procedure(
        procedure_id=found["_id"], content=_opened(found, key), **{name: found[name] for name in _PLAIN}
    )


def _as_read(before: Procedure) -> Document:
    return {"_id": before.procedure_id, "version": before.version}
