"""Whose appointments are, in MongoDB: over the collection `claims`, beside `MongoClaims`, and `joins`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.adapters import marks
from services.booking.adapters.documents import from_document, to_document
from services.booking.domain.claim import Claim
from services.booking.joining import Join
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.wire import Event

_KEPT = timedelta(days=30)
"""After nobody looks at it any more."""
_BATCH = 200

JOIN_INDEXES = (
    IndexModel([("watched_until", ASCENDING)], sparse=True),
    IndexModel([("garbage_at", ASCENDING)], expireAfterSeconds=0),
)


class MongoOwners:
    """Each change is one write to one document, which expects the owner before."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._claims, self._outbox = database["claims"], outbox

    def claims_of(self, person_id: str) -> list[Claim]:
        found = self._claims.find({"marks": marks.person(person_id)})
        return [from_document(document) for document in found]

    def due(self, now: datetime) -> list[Claim]:
        found = self._claims.find({"marks": marks.due_by(now)}).limit(_BATCH)
        return [from_document(document) for document in found]

    def remove(self, claim: Claim) -> None:
        self._claims.delete_one({**_as_it_was(claim), "outbox": []})

    def erase(self, claim: Claim, *events: Event) -> bool:
        document = to_document(claim)
        after = {name: document[name] for name in ("person_id", "holder", "fingerprint", "details")}
        after["marks"] = document.get("marks", [])
        added = {"trail": asdict(claim.trail[-1]), **push(entries(*events))}
        change = {"$set": after, "$unset": {"hold_key": ""}, "$push": added}
        done = self._claims.update_one(_as_it_was(claim), change).modified_count == 1
        self._outbox.nudge(claim.claim_id)
        return done

    def pass_on(self, claim: Claim, former_id: str, *events: Event) -> bool:
        as_read = {
            "_id": claim.claim_id,
            "appointment_id": claim.appointment_id,
            "version": claim.version,
            "marks": marks.person(former_id),
        }
        # In the place of the mark that was found: one write cannot take one out and put another in.
        after = {"person_id": claim.person_id, "marks.$": marks.person(claim.person_id)}
        added = {"trail": asdict(claim.trail[-1]), **push(entries(*events))}
        done = self._claims.update_one(as_read, {"$set": after, "$push": added}).modified_count == 1
        self._outbox.nudge(claim.claim_id)
        return done


class MongoJoins:
    """One document per former person."""

    def __init__(self, database: Database[Document]) -> None:
        self._joins = database["joins"]

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._joins.create_indexes(list(JOIN_INDEXES))

    def note(self, former_id: str, person_id: str, until: datetime) -> Join:
        fresh = {"person_id": person_id, "round": 1, "settled_round": 0, "watched_until": until}
        try:
            self._joins.insert_one({"_id": former_id, **fresh})
        except DuplicateKeyError:
            found = self._joins.find_one({"_id": former_id})
            return _join(found) if found else self.note(former_id, person_id, until)
        return _join({"_id": former_id, **fresh})

    def watched(self) -> list[Join]:
        return [_join(document) for document in self._joins.find({"watched_until": {"$exists": True}})]

    def begin(self, join: Join) -> Join:
        self._joins.update_one(_as_read(join), {"$inc": {"round": 1}})
        found = self._joins.find_one({"_id": join.former_id})
        return _join(found) if found else join

    def settle(self, join: Join) -> None:
        self._joins.update_one(_as_read(join), {"$set": {"settled_round": join.round}})

    def close(self, join: Join, now: datetime) -> None:
        change = {"$unset": {"watched_until": ""}, "$set": {"garbage_at": now + _KEPT}}
        self._joins.update_one({**_as_read(join), "settled_round": join.round}, change)


def _as_it_was(claim: Claim) -> Document:
    return {
        "_id": claim.claim_id,
        "appointment_id": claim.appointment_id,
        "version": claim.version,
        "state": claim.state,
    }


def _as_read(join: Join) -> Document:
    return {"_id": join.former_id, "round": join.round}


def _join(found: Document) -> Join:
    return Join(
        former_id=found["_id"],
        person_id=found["person_id"],
        round=found["round"],
        settled_round=found["settled_round"],
        watched_until=found.get("watched_until"),
    )
