"""Identity's collections, those of persons aside.

Every write may be repeated; nothing is claimed but by inserting.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.identity.adapters.person_documents import key_of
from services.identity.domain.login import Credential, PendingLogin
from services.identity.domain.principal import StaffMember
from services.identity.domain.proof import Proof

_GARBAGE_AFTER = timedelta(days=2)
"""Real time: the store sweeps by its own clock, and no rule leans on that."""


def prepare(database: Database[Document]) -> None:
    """Make the indexes; harmless when they are there."""
    database["logins"].create_index("garbage_at", expireAfterSeconds=0)
    database["spent"].create_index("garbage_at", expireAfterSeconds=0)
    database["proofs"].create_index("garbage_at", expireAfterSeconds=0)
    database["staff"].create_index("credential", unique=True)
    database["staff"].create_index("seen_at", sparse=True)


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
                "person_id": login.person_id,
                "links": login.links,
                "proved_by": login.proved_by,
                "garbage_at": _garbage_at(),
            }
        )

    def take(self, login_id: str) -> PendingLogin | None:
        """Of many callers the one whose deletion counted gets it."""
        found = self._logins.find_one({"_id": login_id})
        if found is None or not self._logins.delete_one({"_id": login_id}).deleted_count:
            return None
        return PendingLogin(
            login_id,
            found["provider"],
            found["audience"],
            found["begun_at"],
            found["memory"],
            found.get("person_id", ""),
            found.get("links", False),
            found.get("proved_by", ""),
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


class MongoProofs:
    """Digests alone; who reads them has no proof."""

    def __init__(self, database: Database[Document]) -> None:
        self._proofs = database["proofs"]

    def add(self, proof: Proof) -> None:
        document = asdict(proof)
        self._proofs.insert_one(document | {"_id": document.pop("digest"), "garbage_at": _garbage_at()})

    def get(self, digest: str) -> Proof | None:
        found = self._proofs.find_one({"_id": digest})
        if found is None:
            return None
        return Proof(digest, found["person_id"], found["credential_id"], found["expires_at"])


class MongoStaff:
    def __init__(self, database: Database[Document]) -> None:
        self._staff = database["staff"]

    def by_credential(self, credential: Credential) -> StaffMember | None:
        return _member(self._staff.find_one({"credential": key_of(credential)}))

    def get(self, staff_id: str) -> StaffMember | None:
        return _member(self._staff.find_one({"_id": staff_id}))

    def put(self, member: StaffMember, seen_at: datetime | None = None) -> None:
        document: Document = {
            "name": member.name,
            "roles": list(member.roles),
            "credential": key_of(member.credential),
            "issuer": member.credential.issuer,
            "number": member.credential.number,
        } | ({"seen_at": seen_at} if seen_at else {})
        self._staff.replace_one({"_id": member.staff_id}, document, upsert=True)


def _member(found: Any) -> StaffMember | None:
    if found is None:
        return None
    credential = Credential(found["issuer"], found["number"])
    return StaffMember(found["_id"], found["name"], tuple(found["roles"]), credential)


def _garbage_at() -> datetime:
    return datetime.now(UTC) + _GARBAGE_AFTER
