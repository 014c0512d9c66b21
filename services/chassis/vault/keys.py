"""Keys of rooms: wrapped by a master key, kept in a database of their own, destroyed for good."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.chassis.settings import SecretKey
from services.chassis.vault.cipher import new_key, unwrap, wrap


class KeyDestroyed(Exception):
    """There is no key for this room: never made, or destroyed; what it sealed is gone for good."""


class MasterKeys:
    """The keys that wrap: the first wraps, all of them unwrap, so that a new one can be rolled in.

    `MASTER_KEY` is the current key; while rolling, `new,old`.
    """

    def __init__(self, keys: Sequence[SecretKey]) -> None:
        self._by_id = {_key_id(key.reveal_bytes()): key.reveal_bytes() for key in keys}
        self.current_id = next(iter(self._by_id))

    def wrap(self, secret: bytes, context: str) -> tuple[str, str]:
        """(id of the master key, wrapped secret)."""
        return self.current_id, wrap(self._by_id[self.current_id], secret, context)

    def unwrap(self, key_id: str, wrapped: str, context: str) -> bytes:
        """Raises KeyError for a master key that is no longer configured, Tampered for anything foreign."""
        return unwrap(self._by_id[key_id], wrapped, context)


class RoomKeys:
    """`create`, `get`, `destroy`: one key for each room."""

    def __init__(self, database: Database[Document], master: MasterKeys) -> None:
        self._keys, self._master = database.room_keys, master

    def create(self, room_id: str, now: datetime) -> bytes:
        """A key for a new room; the one that it has if it has one."""
        key = new_key()
        master_id, wrapped = self._master.wrap(key, _context(room_id))
        record = {"_id": room_id, "master_id": master_id, "wrapped": wrapped, "created_at": now}
        try:
            self._keys.insert_one(record)
        except DuplicateKeyError:
            return self.get(room_id)
        return key

    def get(self, room_id: str) -> bytes:
        """Raises KeyDestroyed."""
        return self._open(self._keys.find_one({"_id": room_id}), room_id)

    def destroy(self, room_id: str) -> None:
        """From now on nothing sealed with it can be read; may be repeated."""
        self._keys.delete_one({"_id": room_id})

    def rewrap(self, room_id: str) -> None:
        """Wrap by the current master key, so that the one before can be retired."""
        record = self._keys.find_one({"_id": room_id})
        key = self._open(record, room_id)
        master_id, wrapped = self._master.wrap(key, _context(room_id))
        self._keys.update_one({"_id": room_id}, {"$set": {"master_id": master_id, "wrapped": wrapped}})

    def _open(self, record: Any, room_id: str) -> bytes:
        if record is None:
            raise KeyDestroyed
        return self._master.unwrap(record["master_id"], record["wrapped"], _context(room_id))


def _context(room_id: str) -> str:
    return f"room key {room_id}"


def _key_id(key: bytes) -> str:
    """Tells master keys apart; says nothing about them."""
    return hashlib.sha256(b"master key id" + key).hexdigest()[:12]
