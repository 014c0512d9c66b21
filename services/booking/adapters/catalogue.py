"""The catalogue in MongoDB: entries as documents, one revision over all of them, changes one at a time.

The document `catalogue/{_id: "catalogue"}` carries the revision and the change that is being made.
Whoever sets both in one write has made the change: from then on everybody reads it there, until it
is written into its own collection.  SCARCITY.md says why each step may be repeated.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.booking.adapters.catalogue_documents import COLLECTIONS, catalogue, document_of
from services.booking.domain.catalogue import Catalogue
from services.booking.domain.change import Change, Entry, Outcome, Scope
from services.chassis.mongo import Document

_STATE = {"_id": "catalogue"}
_SECONDS = 0.5
"""Of real time: a change made by another replica is known here after that long at most."""
_DAY = 24 * 3600
_WORDS = ("names", "hints", "topic_names")
CHANGE_INDEXES = (
    IndexModel([("closed", ASCENDING)]),
    IndexModel([("revision", DESCENDING)]),
    IndexModel([("at", ASCENDING)], expireAfterSeconds=366 * _DAY),
)
ABSENCE_INDEXES = (IndexModel([("until", ASCENDING)], expireAfterSeconds=30 * _DAY),)


class MongoCatalogue:
    """Five small collections, kept in memory as long as the revision stays."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._state, self._changes = database["catalogue"], database["catalogue_changes"]
        self._known: Catalogue | None = None
        self._look_at = 0.0

    def prepare(self) -> None:
        """Make the indexes and the revision; repeatable."""
        self._changes.create_indexes(list(CHANGE_INDEXES))
        self._database["absences"].create_indexes(list(ABSENCE_INDEXES))
        self._insert(self._state, {**_STATE, "revision": 0})

    # --- reading ------------------------------------------------------------

    def load(self) -> Catalogue:
        """The very same object as long as nothing changes.

        Errors: ValueError or KeyError where a document makes no sense.
        """
        known = self._known
        if known is None:
            return self.fresh()
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + _SECONDS
            if self._read_state()["revision"] != known.revision:
                return self.fresh()
        return known

    def fresh(self) -> Catalogue:
        """Read now, and known from now on; errors as for `load`."""
        # The revision first: what is read after it is as new or newer, and read again if newer.
        state = self._read_state()
        parts = {name: {d["_id"]: d for d in self._database[name].find()} for name in COLLECTIONS}
        pending = state.get("pending")
        if pending:
            parts[pending["what"]][pending["code"]] = pending["document"]
        entries = {name: found.values() for name, found in parts.items()}
        read = catalogue(**entries, revision=state["revision"])
        known = self._known
        self._known = known if known is not None and known == read else read
        return self._known

    def _read_state(self) -> Document:
        return self._state.find_one(_STATE) or {"revision": 0}

    # --- changes ------------------------------------------------------------

    def decide(self, change: Change, entry: Entry) -> bool:
        pending = {**_document(change), "document": document_of(entry)}
        expected = {**_STATE, "revision": change.revision - 1, "pending": None}
        made = {"$set": {"revision": change.revision, "pending": pending}}
        return self._state.update_one(expected, made).modified_count == 1

    def finish(self) -> None:
        pending = self._read_state().get("pending")
        if pending:
            self._write(pending)
            self._record(pending)
            self._done(pending)

    def made(self, change_key: str) -> Change | None:
        found = self._changes.find_one({"_id": change_key})
        return _change(found) if found else None

    def handled(self, change_key: str, outcome: Outcome) -> None:
        numbers = {"reassigned": outcome.reassigned, "displaced": outcome.displaced}
        self._changes.update_one({"_id": change_key, "outcome": None}, {"$set": {"outcome": numbers}})

    def watch(self, change_key: str, appointment_ids: Iterable[str]) -> None:
        ids = sorted(appointment_ids)
        self._changes.update_one({"_id": change_key, "watched": None}, {"$set": {"watched": ids}})

    def close(self, change_key: str) -> None:
        self._changes.update_one({"_id": change_key}, {"$set": {"closed": True}})

    def unclosed(self) -> list[Change]:
        return [_change(found) for found in self._changes.find({"closed": False})]

    def latest(self, most: int) -> list[Change]:
        found = self._changes.find().sort("revision", DESCENDING).limit(most)
        return [_change(document) for document in found]

    def _write(self, pending: Mapping[str, Any]) -> None:
        """Into its own collection, unless a later change has been there: who was slow changes nothing."""
        entry = {**pending["document"], "revision": pending["revision"]}
        code = entry.pop("_id")
        older = {"_id": code, "revision": {"$not": {"$gte": pending["revision"]}}}
        collection = self._database[pending["what"]]
        if not collection.update_one(older, {"$set": entry}).matched_count:
            self._insert(collection, {"_id": code, **entry})

    def _record(self, pending: Mapping[str, Any]) -> None:
        """In the audit trail, without what the entry says."""
        record = {name: value for name, value in pending.items() if name not in ("change_key", "document")}
        self._insert(self._changes, {"_id": pending["change_key"], **record})

    def _done(self, pending: Mapping[str, Any]) -> None:
        same = {**_STATE, "pending.change_key": pending["change_key"]}
        self._state.update_one(same, {"$unset": {"pending": ""}})

    # --- filling in -----------------------------------------------------------

    def add_missing(self, documents: Mapping[str, Iterable[Document]]) -> int:
        """Insert by collection what is not there yet, and words where there are none.

        What the back office has changed stays.
        """
        self.prepare()
        added = sum(
            self._insert(self._database[collection], document) or self._name(collection, document)
            for collection in COLLECTIONS
            for document in documents.get(collection, ())
        )
        # Whatever was added, now or by a run that died: everybody reads again.
        self._state.update_one(_STATE, {"$inc": {"revision": 1}})
        return added

    def _name(self, collection: str, document: Document) -> bool:
        """Name an entry from the time when entries had no names."""
        words = {name: document[name] for name in _WORDS if name in document}
        unnamed = {"_id": document["_id"], "names": {"$exists": False}}
        if not words:
            return False
        return self._database[collection].update_one(unnamed, {"$set": words}).modified_count == 1

    def _insert(self, collection: Any, document: Document) -> bool:
        try:
            collection.insert_one(document)
        except DuplicateKeyError:
            return False
        return True


_PLAIN = ("change_key", "fingerprint", "revision", "at", "actor", "what", "code", "closed")


def _document(change: Change) -> Document:
    return {
        **{name: getattr(change, name) for name in _PLAIN},
        "scope": {"agent_id": change.scope.agent_id, "calendar": change.scope.calendar},
        "hurt": list(change.hurt),
    }


def _change(document: Mapping[str, Any]) -> Change:
    watched, outcome = document.get("watched"), document.get("outcome")
    return Change(
        **{name: document[name] for name in _PLAIN if name != "change_key"},
        change_key=document["_id"],
        scope=Scope(**document["scope"]),
        hurt=tuple(document["hurt"]),
        outcome=Outcome(**outcome) if outcome else None,
        watched=None if watched is None else tuple(watched),
    )
