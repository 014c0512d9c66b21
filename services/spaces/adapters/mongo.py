"""The private spaces: one document each, whose `_id` is the person, so there is never a second."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis import outbox
from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox
from services.contracts.spaces import PersonalData, PrivateSpaceOpened
from services.spaces.domain.private_space import PrivateSpace


class MongoSpaces:
    def __init__(self, database: Database[Document], box: Outbox, clock: Clock) -> None:
        self._spaces, self._box, self._clock = database["private_spaces"], box, clock

    def open(self, space: PrivateSpace) -> PrivateSpace:
        """The insertion is the claim: of a hundred at once one is kept, all are answered with it."""
        told = PrivateSpaceOpened(event_id=new_id(), occurred_at=self._clock.now(), person_id=space.person_id)
        try:
            self._spaces.insert_one(_document(space) | {"outbox": outbox.entries(told)})
        except DuplicateKeyError:
            return self.get(space.person_id) or space
        self._box.nudge(space.person_id)
        return space

    def get(self, person_id: str) -> PrivateSpace | None:
        found = self._spaces.find_one({"_id": person_id})
        return PrivateSpace(person_id, found["version"], _data(found["data"])) if found else None

    def was_taken_over(self, person_id: str) -> bool:
        return self._spaces.find_one({"_id": person_id, "taken_over_by": {"$exists": True}}) is not None

    def note_taken_over(self, former_id: str, person_id: str) -> None:
        self._spaces.update_one({"_id": former_id}, {"$set": {"taken_over_by": person_id}})

    def replace(self, space: PrivateSpace, expected_version: int) -> bool:
        """Only over the version that is expected; the outbox in the document stays as it is."""
        change = {"$set": {"version": space.version, "data": _document(space)["data"]}}
        expected = {"_id": space.person_id, "version": expected_version}
        return self._spaces.update_one(expected, change).modified_count == 1


def _document(space: PrivateSpace) -> Document:
    data = asdict(space.data)
    data["birth_date"] = space.data.birth_date.isoformat() if space.data.birth_date else None
    return {"_id": space.person_id, "version": space.version, "data": data}


def _data(stored: Document) -> PersonalData:
    birth_date = stored["birth_date"]
    return PersonalData(**stored | {"birth_date": date.fromisoformat(birth_date) if birth_date else None})
