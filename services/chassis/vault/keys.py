"""Keys of rooms and of spaces: wrapped by a master key, in a database of their own, destroyed for good."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from prometheus_client import Counter, Gauge
from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.chassis.settings import SecretKey
from services.chassis.vault.cipher import KEY_BYTES, new_key, unwrap, wrap

REWRAPPED = Counter("vault_keys_rewrapped_total", "Keys wrapped again by the current master key.", ("kind",))
UNOPENED = Gauge("vault_keys_unopened", "Keys that no configured master key opens.", ("kind",))

_PAGE = 500


class KeyDestroyed(Exception):
    """There is no key for this owner: never made, or destroyed; what it sealed is gone for good."""


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

    @property
    def older_ids(self) -> list[str]:
        """Of the keys that unwrap and do not wrap any more."""
        return [key_id for key_id in self._by_id if key_id != self.current_id]

    def unwrap(self, key_id: str, wrapped: str, context: str) -> bytes:
        """Raises KeyError for a master key that is no longer configured, Tampered for anything foreign."""
        return unwrap(self._by_id[key_id], wrapped, context)


class OwnedKeys:
    """`create`, `get`, `destroy`: one key for each owner of a kind, a room or a space."""

    def __init__(self, database: Database[Document], master: MasterKeys, kind: str) -> None:
        """`kind` names the collection, and what a key is bound to: one of a room opens no space."""
        self._keys, self._master, self._kind = database[f"{kind}_keys"], master, kind

    def prepare(self) -> None:
        """Make the index; repeatable."""
        self._keys.create_index([("master_id", ASCENDING)])

    def create(self, owner_id: str, now: datetime, life: int = 0) -> bytes:
        """A key for a new owner; the one that it has if it has one.

        Who comes back under the same id after his key was destroyed begins the next `life`.
        """
        key = new_key()
        master_id, wrapped = self._master.wrap(key, self._context(owner_id))
        record = {
            "_id": owner_id,
            "master_id": master_id,
            "wrapped": wrapped,
            "life": life,
            "created_at": now,
        }
        try:
            self._keys.insert_one(record)
        except DuplicateKeyError:
            return self.get(owner_id)
        return key

    def get(self, owner_id: str) -> bytes:
        """Raises KeyDestroyed."""
        record = self._keys.find_one({"_id": owner_id})
        if record is None:
            raise KeyDestroyed
        return self._open(record)

    def destroy(self, owner_id: str) -> None:
        """From now on nothing sealed with it can be read; may be repeated."""
        self._keys.delete_one({"_id": owner_id})

    def destroy_all(self, owner_ids: Collection[str], life: int = 0) -> None:
        """The same for many, by one write, which spares the keys of later lives."""
        lives = [None, *range(life + 1)]  # keys of old have none
        self._keys.delete_many({"_id": {"$in": list(owner_ids)}, "life": {"$in": lives}})

    def owners(self) -> Iterator[str]:
        """Ids of all that have a key; page by page, however many there are."""
        last = ""
        while page := list(self._keys.find({"_id": {"$gt": last}}, {"_id": 1}).sort("_id").limit(_PAGE)):
            yield from (str(record["_id"]) for record in page)
            last = page[-1]["_id"]

    def rewrap(self) -> int:
        """Wrap by the current master key what an older one wraps, so that it can be retired; how many.

        May be repeated, by several at once too: each key is replaced over what was read, so one that was
        destroyed meanwhile does not come back.  One that no configured key opens is left and counted.
        """
        done = 0
        while page := list(self._keys.find({"master_id": {"$in": self._master.older_ids}}).limit(_PAGE)):
            done += sum(map(self._rewrap, page))
        REWRAPPED.labels(self._kind).inc(done)
        UNOPENED.labels(self._kind).set(self._by_others())
        return done

    def _by_others(self) -> int:
        """Two queries with an index each, where "another than" would have none."""
        current = self._master.current_id
        return sum(self._keys.count_documents({"master_id": {way: current}}) for way in ("$lt", "$gt"))

    def _rewrap(self, record: Document) -> bool:
        master_id, wrapped = self._master.wrap(self._open(record), self._context(record["_id"]))
        read = {"_id": record["_id"], "wrapped": record["wrapped"]}
        change = {"$set": {"master_id": master_id, "wrapped": wrapped}}
        return self._keys.update_one(read, change).modified_count == 1

    def _open(self, record: Document) -> bytes:
        return self._master.unwrap(record["master_id"], record["wrapped"], self._context(record["_id"]))

    def _context(self, owner_id: str) -> str:
        return f"{self._kind} key {owner_id}"


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose (RFC 5869, expand only: the key is random already)."""
    return HKDFExpand(SHA256(), KEY_BYTES, purpose.encode()).derive(key)


def _key_id(key: bytes) -> str:
    """Tells master keys apart; says nothing about them."""
    return hashlib.sha256(b"master key id" + key).hexdigest()[:12]
