"""Machine clients and their tokens in the store.

A client is one document with its keys and its trail; a change replaces it if the version that it was made
from still stands.  When keys were last used lies beside that, so that it never disturbs a change.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.identity.domain.machine import Key, Machine, Profile, Step
from services.identity.domain.token import Token

_GARBAGE_AFTER = timedelta(days=2)
"""Real time: the store sweeps by its own clock, and no rule leans on that."""


def prepare(database: Database[Document]) -> None:
    """Make the indexes; harmless when they are there."""
    database["tokens"].create_index("garbage_at", expireAfterSeconds=0)
    database["machines"].create_index("oldest_step_at")


class MongoMachines:
    def __init__(self, database: Database[Document]) -> None:
        self._machines = database["machines"]

    def all(self) -> tuple[Machine, ...]:
        return tuple(_machine(found) for found in self._machines.find())

    def get(self, client_id: str) -> Machine | None:
        found = self._machines.find_one({"_id": client_id})
        return _machine(found) if found else None

    def add(self, machine: Machine) -> Machine:
        document = {"_id": machine.client_id, **_fields(machine), "used": {}}
        return _machine(_insert_or_find(self._machines, document))

    def change(self, machine: Machine) -> bool:
        before = {"_id": machine.client_id, "version": machine.version - 1}
        return bool(self._machines.update_one(before, {"$set": _fields(machine)}).modified_count)

    def note_use(self, client_id: str, key_id: str, hour: datetime) -> None:
        self._machines.update_one({"_id": client_id}, {"$set": {f"used.{key_id}": hour}})

    def forget_steps(self, until: datetime) -> None:
        for found in self._machines.find({"oldest_step_at": {"$lte": until}}):
            kept = tuple(step for step in _machine(found).trail if step.at > until)
            same = {"_id": found["_id"], "version": found["version"]}
            self._machines.update_one(same, {"$set": _trail_fields(kept)})


class MongoTokens:
    def __init__(self, database: Database[Document]) -> None:
        self._tokens = database["tokens"]

    def add(self, token: Token) -> Token:
        document = {
            "_id": token.digest,
            "client_id": token.client_id,
            "key_id": token.key_id,
            "scopes": list(token.scopes),
            "expires_at": token.expires_at,
            "is_revoked": False,
            "garbage_at": datetime.now(UTC) + _GARBAGE_AFTER,
        }
        return _token(_insert_or_find(self._tokens, document))

    def get(self, digest: str) -> Token | None:
        found = self._tokens.find_one({"_id": digest})
        return _token(found) if found else None

    def revoke(self, digest: str, client_id: str) -> None:
        self._tokens.update_one({"_id": digest, "client_id": client_id}, {"$set": {"is_revoked": True}})


def _fields(machine: Machine) -> Document:
    profile = machine.profile
    return {
        "name": profile.name,
        "contact": profile.contact,
        "scopes": list(profile.scopes),
        "is_enabled": profile.is_enabled,
        "auth_method": machine.auth_method,
        "keys": [_key_fields(key) for key in machine.keys],
        "version": machine.version,
        **_trail_fields(machine.trail),
    }


def _key_fields(key: Key) -> Document:
    return {
        "key_id": key.key_id,
        "created_at": key.created_at,
        "secret_digest": key.secret_digest,
        "public_key": key.public_key,
        "expires_at": key.expires_at,
    }


def _trail_fields(trail: tuple[Step, ...]) -> Document:
    steps = [
        {"at": s.at, "what": s.what, "staff_id": s.staff_id, "detail": s.detail, "origin": s.origin}
        for s in trail
    ]
    return {"trail": steps, "oldest_step_at": min((step.at for step in trail), default=None)}


def _machine(found: Document) -> Machine:
    used = found["used"]
    return Machine(
        found["_id"],
        found["auth_method"],
        Profile(found["name"], found["contact"], tuple(found["scopes"]), found["is_enabled"]),
        tuple(Key(**key, last_used_at=used.get(key["key_id"])) for key in found["keys"]),
        found["version"],
        tuple(Step(**step) for step in found["trail"]),
    )


def _token(found: Document) -> Token:
    scopes = tuple(found["scopes"])
    return Token(
        found["_id"],
        found["client_id"],
        found.get("key_id", ""),  # those of before keys had ids open nothing
        scopes,
        found["expires_at"],
        found.get("is_revoked", False),
    )


def _insert_or_find(collection: Collection[Document], document: dict[str, Any]) -> Document:
    """Insert it; where its `_id` is taken, what stands there."""
    try:
        collection.insert_one(document)
    except DuplicateKeyError:
        return collection.find_one({"_id": document["_id"]}) or document
    return document
