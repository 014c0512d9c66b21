"""Procedures: one document each, with what somebody typed while it is a draft.

`claim` ("space|person|n") is unique while it is a draft: the insertion claims a place, so of a hundred at
once as many are kept as there are places. A change expects the version that it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.contracts.procedures import DISCARDED, DRAFT
from services.spaces.domain.procedure import Content, Procedure

_BATCH = 100
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

    def __init__(self, database: Database[Document]) -> None:
        self._procedures = database["procedures"]

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._procedures.create_indexes(list(INDEXES))

    def add(self, procedure: Procedure) -> bool:
        document = {"_id": procedure.procedure_id, **_to_document(procedure)}
        try:
            self._procedures.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def get(self, procedure_id: str) -> Procedure | None:
        found = self._procedures.find_one({"_id": procedure_id})
        return _from_document(found) if found else None

    def change(self, before: Procedure, after: Procedure) -> Procedure | None:
        following = replace(after, version=before.version + 1)
        written: Document = {"$set": _to_document(following)}
        absent = [name for name in ("claim", "due_at") if name not in written["$set"]]
        written |= {"$unset": dict.fromkeys(absent, "")} if absent else {}
        done = self._procedures.update_one(_as_read(before), written).modified_count == 1
        return following if done else None

    def remove(self, before: Procedure) -> None:
        self._procedures.delete_one(_as_read(before))

    def of_space(self, space_id: str, most: int) -> list[Procedure]:
        drafts = self._procedures.find({"space_id": space_id, "state": DRAFT})
        others = self._procedures.find({"space_id": space_id, "state": {"$nin": [DRAFT, DISCARDED]}})
        found = [
            *drafts.sort("changed_at", DESCENDING).limit(most),
            *others.sort("starts_at", DESCENDING).limit(most),
        ]
        return [_from_document(document) for document in found]

    def places(self, space_id: str, person_id: str) -> set[int]:
        mine = {"space_id": space_id, "state": DRAFT, "begun_by": person_id}
        return {found["place"] for found in self._procedures.find(mine, {"place": 1})}

    def of_person(self, person_id: str) -> list[Procedure]:
        either = {"$or": [{"begun_by": person_id}, {"changed_by": person_id}]}
        return [_from_document(found) for found in self._procedures.find(either)]

    def due(self, now: datetime) -> list[Procedure]:
        found = self._procedures.find({"due_at": {"$lte": now}}).sort("due_at", ASCENDING).limit(_BATCH)
        return [_from_document(document) for document in found]

    def erase(self, space_id: str) -> None:
        self._procedures.delete_many({"space_id": space_id})


def _as_read(before: Procedure) -> Document:
    return {"_id": before.procedure_id, "version": before.version}


def _to_document(procedure: Procedure) -> Document:
    document = {name: getattr(procedure, name) for name in _PLAIN}
    document["content"] = asdict(procedure.content)
    due_at = procedure.due_at()
    # What is absent is in no sparse index: what is no draft takes no place.
    document |= {"due_at": due_at} if due_at else {}
    claim = f"{procedure.space_id}|{procedure.begun_by}|{procedure.place}"
    return document | ({"claim": claim} if procedure.place else {})


def _from_document(found: Mapping[str, Any]) -> Procedure:
    return Procedure(
        procedure_id=found["_id"],
        content=Content(**found["content"]),
        **{name: found[name] for name in _PLAIN},
    )
