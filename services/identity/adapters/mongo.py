"""Identity's collections.  Every write may be repeated; nothing is claimed but by inserting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis import outbox
from services.chassis.ids import new_id
from services.chassis.mongo import Document
from services.chassis.outbox import Outbox
from services.contracts.identity import PersonRegistered
from services.identity.domain.login import Credential, Identified, PendingLogin
from services.identity.domain.person import Person
from services.identity.domain.principal import StaffMember

_GARBAGE_AFTER = timedelta(days=2)
"""Real time: the store sweeps by its own clock, and no rule leans on that."""


def prepare(database: Database[Document]) -> None:
    """Make the indexes; harmless when they are there."""
    database["logins"].create_index("garbage_at", expireAfterSeconds=0)
    database["spent"].create_index("garbage_at", expireAfterSeconds=0)
    database["staff"].create_index("credential", unique=True)


class MongoLogins:
    def __init__(self, database: Database[Document]) -> None:
        self._logins = database["logins"]

    def add(self, login: PendingLogin) -> None:
        self._logins.insert_one(
            {
                "_id": login.login_id,
                "provider": login.provider,
                "audience": login.audience,
                "begun_at": login.begun_at,
                "memory": dict(login.memory),
                "garbage_at": _garbage_at(),
            }
        )

    def take(self, login_id: str) -> PendingLogin | None:
        """Of many callers the one whose deletion counted gets it."""
        found = self._logins.find_one({"_id": login_id})
        if found is None or not self._logins.delete_one({"_id": login_id}).deleted_count:
            return None
        return PendingLogin(
            login_id, found["provider"], found["audience"], found["begun_at"], found["memory"]
        )


class MongoSpent:
    """What was believed once, until it has expired by itself: of many callers who inserts it is first."""

    def __init__(self, database: Database[Document]) -> None:
        self._spent = database["spent"]

    def first(self, what: str, until: datetime) -> bool:
        try:
            self._spent.insert_one(
                {"_id": what, "garbage_at": max(until, datetime.now(UTC)) + _GARBAGE_AFTER}
            )
        except DuplicateKeyError:
            return False
        return True


class MongoPersons:
    """A person's id is settled by the credential that was seen first.

    The credential's document, whose `_id` is the credential, claims the id; the
    person's own document follows.  A process that dies between the two leaves
    nothing that the next log-in would not finish.
    """

    def __init__(self, database: Database[Document], box: Outbox) -> None:
        self._credentials, self._persons, self._box = database["credentials"], database["persons"], box

    def register(self, identified: Identified, now: datetime) -> Person:
        person_id = self._person_id(identified.credential)
        known = _known(identified)
        if not self._persons.update_one({"_id": person_id}, {"$set": known}).matched_count:
            self._create(person_id, known, now)
        return Person(person_id, identified)

    def get(self, person_id: str) -> Person | None:
        found = self._persons.find_one({"_id": person_id})
        return Person(person_id, _identified(found)) if found else None

    def _person_id(self, credential: Credential) -> str:
        key = _key(credential)
        claim = {"_id": key, "person_id": new_id()}
        found = self._credentials.find_one({"_id": key}) or _insert_or_find(self._credentials, claim)
        person_id: str = found["person_id"]
        return person_id

    def _create(self, person_id: str, known: Document, now: datetime) -> None:
        told = PersonRegistered(event_id=new_id(), occurred_at=now, person_id=person_id)
        _insert_or_find(self._persons, {"_id": person_id, **known, "outbox": outbox.entries(told)})
        self._box.nudge(person_id)


class MongoStaff:
    def __init__(self, database: Database[Document]) -> None:
        self._staff = database["staff"]

    def by_credential(self, credential: Credential) -> StaffMember | None:
        return _member(self._staff.find_one({"credential": _key(credential)}))

    def get(self, staff_id: str) -> StaffMember | None:
        return _member(self._staff.find_one({"_id": staff_id}))

    def put(self, member: StaffMember) -> None:
        document = {
            "name": member.name,
            "roles": list(member.roles),
            "credential": _key(member.credential),
            "issuer": member.credential.issuer,
            "number": member.credential.number,
        }
        self._staff.replace_one({"_id": member.staff_id}, document, upsert=True)


def _insert_or_find(collection: Collection[Document], document: Document) -> Document:
    """Insert it; where its `_id` is taken, what stands there."""
    try:
        collection.insert_one(document)
    except DuplicateKeyError:
        return collection.find_one({"_id": document["_id"]}) or document
    return document


def _key(credential: Credential) -> str:
    return f"{credential.issuer}|{credential.number}"


def _known(identified: Identified) -> Document:
    return {
        "issuer": identified.credential.issuer,
        "number": identified.credential.number,
        "method": identified.method,
        "level": identified.level,
        "first_name": identified.first_name,
        "last_name": identified.last_name,
        "national_number": identified.national_number,
        "birth_date": identified.birth_date.isoformat() if identified.birth_date else None,
    }


def _identified(found: Document) -> Identified:
    birth_date = found["birth_date"]
    return Identified(
        Credential(found["issuer"], found["number"]),
        found["method"],
        found["level"],
        found["first_name"],
        found["last_name"],
        found["national_number"],
        date.fromisoformat(birth_date) if birth_date else None,
    )


def _member(found: Any) -> StaffMember | None:
    if found is None:
        return None
    credential = Credential(found["issuer"], found["number"])
    return StaffMember(found["_id"], found["name"], tuple(found["roles"]), credential)


def _garbage_at() -> datetime:
    return datetime.now(UTC) + _GARBAGE_AFTER
