"""Persons and their credentials in MongoDB.

`credentials`: one document each, whose `_id` is issuer and number, so there is never a second; it claims a
person at its first log-in. `persons`: one document each; the list `held` in it says which credentials were
registered for the person, and a unique index over all lists lets each stand in one alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis import outbox
from services.chassis.ids import new_id
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox
from services.contracts.credentials import PersonsJoined
from services.contracts.errors import NationalNumberTaken, ServiceUnavailable
from services.contracts.identity import PersonRegistered
from services.contracts.rights import PersonGone
from services.contracts.wire import Event
from services.identity.adapters import person_documents as documents
from services.identity.domain.credential import KnownCredential
from services.identity.domain.leaving import Gone
from services.identity.domain.login import Credential, Identified
from services.identity.domain.person import Person
from services.identity.ports import HeldByOther

_FILLED = {"$gt": ""}
_STANDING = {"joined_into": None, "erased_at": None}
"""Persons that were neither closed nor erased."""
_TRIES = 3


def prepare(database: Database[Document]) -> None:
    """Make the indexes; harmless when they are there."""
    persons, credentials = database["persons"], database["credentials"]
    for name in ("held.credential_id", "registered_number"):
        persons.create_index(name, unique=True, partialFilterExpression={name: _FILLED})
    for name in (
        "national_number",
        "own_number",
        "address_key",
        "joining",
        "trail.at",
        "former_addresses.at",
        "pending.expires_at",
        "gone_at",
        "erased_at",
        "joined_at",
        "tell_again_at",
        "erasing",
    ):
        persons.create_index(name, sparse=True)
    persons.create_index([("registered_at", ASCENDING), ("last_login_at", ASCENDING)])
    for name in ("credential_id", "person_id", "number"):
        credentials.create_index(name)
    credentials.create_index("homeless_since", sparse=True)
    _complete(database)


def _complete(database: Database[Document]) -> None:
    """What is older than a field of it: a log-in that nobody dated was now, and credentials from before they
    had an id of their own are as their persons were last seen.
    """
    persons, credentials, now = database["persons"], database["credentials"], datetime.now(UTC)
    undated = {"registered_at": None, "last_login_at": None, "number": _FILLED}
    persons.update_many(undated, {"$set": {"last_login_at": now}})
    for old in credentials.find({"credential_id": None}):
        person = persons.find_one({"_id": old["person_id"]})
        if person is None:
            credentials.delete_one({"_id": old["_id"], "credential_id": None})
            continue
        ids = {"credential_id": new_id(), "seen_at": now, "last_used_at": now}
        said = documents.shown(documents.identified(person)) | ids
        credentials.update_one({"_id": old["_id"], "credential_id": None}, {"$set": said})


class MongoPersons:
    """What a process that dies between two writes leaves, the next log-in or sweep finishes."""

    def __init__(self, database: Database[Document], box: Outbox | None) -> None:
        self._credentials, self._persons, self._box = database["credentials"], database["persons"], box

    # --- log-ins ------------------------------------------------------------

    def known(self, credential: Credential) -> KnownCredential | None:
        return _credential(self._credentials.find_one({"_id": documents.key_of(credential)}))

    def see(self, identified: Identified, now: datetime) -> KnownCredential:
        key = documents.key_of(identified.credential)
        said = documents.shown(identified) | {"last_used_at": now}
        if not self._credentials.update_one({"_id": key}, {"$set": said}).matched_count:
            ids = {"credential_id": new_id(), "person_id": new_id()}
            claim = {"_id": key, **ids, "seen_at": now, "homeless_since": now}
            _insert_unless_there(self._credentials, claim | said)
        return documents.credential(self._credentials.find_one({"_id": key}) or {})

    def log_in(self, identified: Identified, now: datetime) -> Person:
        seen = self.see(identified, now)
        known = documents.shown(identified) | {"credential_id": seen.credential_id, "last_login_at": now}
        for _ in range(_TRIES):
            person = self._entered(self.home_of(seen), known, now)
            if person is not None:
                self._at_home(seen.credential_id)
                # As this log-in says: the same person may come with another credential at this moment.
                return replace(person, identified=seen.shown, credential_id=seen.credential_id)
        raise ServiceUnavailable("identity")

    def _at_home(self, credential_id: str) -> None:
        homeless = {"credential_id": credential_id, "homeless_since": {"$exists": True}}
        self._credentials.update_one(homeless, {"$unset": {"homeless_since": ""}})

    def home_of(self, credential: KnownCredential) -> str:
        holder = self._persons.find_one({"held.credential_id": credential.credential_id}, {"_id": 1})
        return str(holder["_id"]) if holder else credential.claimed_for

    def _entered(self, person_id: str, known: Document, now: datetime) -> Person | None:
        """The person as now known; None where it was closed meanwhile: the credential has another home."""
        if not self._persons.update_one({"_id": person_id, **_STANDING}, {"$set": known}).matched_count:
            told = PersonRegistered(event_id=new_id(), occurred_at=now, person_id=person_id)
            _insert_unless_there(self._persons, {"_id": person_id, **known, "outbox": outbox.entries(told)})
            self._nudge(person_id)
        return self.get(person_id)

    # --- reading ------------------------------------------------------------

    def get(self, person_id: str) -> Person | None:
        return _person(self._persons.find_one({"_id": person_id, **_STANDING}))

    def credential(self, credential_id: str) -> KnownCredential | None:
        return _credential(self._credentials.find_one({"credential_id": credential_id}))

    def credentials_of(self, person: Person) -> tuple[KnownCredential, ...]:
        claimed = self._credentials.find({"person_id": person.person_id})
        held = self._credentials.find({"credential_id": {"$in": [h.credential_id for h in person.held]}})
        found = {document["_id"]: documents.credential(document) for document in (*claimed, *held)}
        return tuple(sorted(found.values(), key=lambda credential: credential.seen_at))

    def with_number(self, national_number: str) -> Person | None:
        return _person(self._persons.find_one({"registered_number": national_number}))

    def with_any_number(self, national_number: str, limit: int) -> tuple[Person, ...]:
        names = ("registered_number", "own_number", "national_number")
        searches = [self._persons.find({name: national_number}).limit(limit) for name in names]
        found = {document["_id"]: documents.person(document) for search in searches for document in search}
        return tuple(found.values())[:limit]

    def with_address(self, address: str, limit: int) -> tuple[Person, ...]:
        found = self._persons.find({"address_key": address.casefold()}).limit(limit)
        return tuple(documents.person(document) for document in found)

    def with_credential_number(self, number: str, limit: int) -> tuple[KnownCredential, ...]:
        return tuple(map(documents.credential, self._credentials.find({"number": number}).limit(limit)))

    # --- changes ------------------------------------------------------------

    def save(self, before: Person, after: Person, *events: Event) -> bool:
        expected = {"_id": before.person_id, **_STANDING, "version": before.version or {"$in": [0, None]}}
        change: Document = {"$set": documents.changed(after) | {"version": before.version + 1}}
        if events:
            change["$push"] = outbox.push(outbox.entries(*events))
        try:
            saved = self._persons.update_one(expected, change).matched_count == 1
        except DuplicateKeyError as taken:
            raise _refusal(taken) from None
        if saved and events:
            self._nudge(before.person_id)
        return saved

    def close(self, former_id: str, told: PersonsJoined) -> None:
        tombstone: Document = {"joined_into": told.person_id, "joined_at": told.occurred_at}
        if self._closed(former_id, told, tombstone):
            return
        try:
            self._persons.insert_one({"_id": former_id, **tombstone})
        except DuplicateKeyError:  # closed before, or seen for the first time a moment ago
            self._closed(former_id, told, tombstone)

    def _closed(self, former_id: str, told: PersonsJoined, tombstone: Document) -> bool:
        found = self._persons.find_one({"_id": former_id, **_STANDING})
        if found is None:
            return False
        forgotten = {name: "" for name in found if name not in ("_id", "outbox")}
        change = {"$set": tombstone, "$unset": forgotten, "$push": outbox.push(outbox.entries(told))}
        standing = {"_id": former_id, **_STANDING}
        if self._persons.update_one(standing, change).matched_count:
            self._nudge(former_id)
        return True

    def give(self, credential_id: str, person_id: str) -> None:
        self._credentials.update_one({"credential_id": credential_id}, {"$set": {"person_id": person_id}})

    # --- sweeping -----------------------------------------------------------

    def joining(self, limit: int) -> tuple[Person, ...]:
        return tuple(map(documents.person, self._persons.find({"joining": _FILLED}).limit(limit)))

    def forget(self, steps_before: datetime, codes_before: datetime, addresses_before: datetime) -> None:
        rise = {"$inc": {"version": 1}}
        for name, before in (("trail", steps_before), ("former_addresses", addresses_before)):
            old = {"at": {"$lte": before}}
            self._persons.update_many({f"{name}.at": old["at"]}, {"$pull": {name: old}, **rise})
        self._persons.update_many(
            {"pending.expires_at": {"$lte": codes_before}}, {"$unset": {"pending": ""}, **rise}
        )

    def let_go(self, last_login_before: datetime, now: datetime) -> None:
        idle = {"registered_at": None, "last_login_at": {"$lte": last_login_before}}
        self._persons.update_many({**idle, "gone_at": None}, {"$set": {"gone_at": now}})

    def drop_homeless(self, since: datetime) -> None:
        for found in self._credentials.find({"homeless_since": {"$lte": since}}):
            if self._persons.find_one({"_id": self.home_of(documents.credential(found))}, {"_id": 1}):
                self._at_home(found["credential_id"])
            else:
                as_read = {"_id": found["_id"], "last_used_at": found["last_used_at"]}
                self._credentials.delete_one(as_read)

    # --- leaving ------------------------------------------------------------

    def leaving_until(self, now: datetime, limit: int) -> tuple[Person, ...]:
        found = self._persons.find({"gone_at": {"$lte": now}, **_STANDING}).limit(limit)
        return tuple(map(documents.person, found))

    def erase(self, left: Gone, told: PersonGone, now: datetime) -> None:
        leaving = {"_id": left.person_id, **_STANDING, "gone_at": {"$lte": now}}
        found = self._persons.find_one(leaving)
        if found is None:
            return
        stone = documents.gone(left, now, told.credential_ids)
        names = (documents.NAMES | found.keys()) - {"_id", "outbox"} - stone.keys()
        change = {"$set": stone, "$unset": dict.fromkeys(names, "")}
        self._persons.update_one(leaving, {**change, "$push": outbox.push(outbox.entries(told))})
        self._nudge(left.person_id)

    def erase_credentials(self) -> None:
        for found in self._persons.find({"erasing": _FILLED}, {"erasing": 1, "credential_ids": 1}):
            self._credentials.delete_many({"person_id": found["_id"]})
            self._credentials.delete_many({"credential_id": {"$in": found["credential_ids"]}})
            self._persons.update_one({"_id": found["_id"]}, {"$unset": {"erasing": ""}})

    def to_be_told_again(self, now: datetime, limit: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found = self._persons.find({"tell_again_at": {"$lte": now}}).limit(limit)
        return tuple((document["_id"], tuple(document["credential_ids"])) for document in found)

    def tell_again(self, person_id: str, told: PersonGone, now: datetime) -> None:
        query = {"_id": person_id, "tell_again_at": {"$lte": now}}
        found = self._persons.find_one(query)
        if found is None:
            return
        later = documents.told_again(found["erased_at"], now)
        change: Document = {"$set": later} if later else {"$unset": {"tell_again_at": ""}}
        as_read = query | {"tell_again_at": found["tell_again_at"]}
        self._persons.update_one(as_read, {**change, "$push": outbox.push(outbox.entries(told))})
        self._nudge(person_id)

    def _nudge(self, person_id: str) -> None:
        if self._box is not None:
            self._box.nudge(person_id)


def _refusal(taken: DuplicateKeyError) -> Exception:
    """Which of the unique indexes it was."""
    names = (taken.details or {}).get("keyPattern", {})
    return NationalNumberTaken() if "registered_number" in names else HeldByOther()


def _person(found: Document | None) -> Person | None:
    return documents.person(found) if found else None


def _credential(found: Document | None) -> KnownCredential | None:
    return documents.credential(found) if found else None


def _insert_unless_there(collection: Collection[Document], document: Document) -> None:
    """Whoever inserts first is right."""
    try:
        collection.insert_one(document)
    except DuplicateKeyError:
        return
