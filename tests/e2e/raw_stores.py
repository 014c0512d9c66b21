"""Everything that the platform's stores hold, byte for byte: every database, Redis, both buckets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import redis
from pymongo import MongoClient

from deploy.dev.platform import Running
from services.chassis.settings import load
from services.chassis.vault.objects import (
    ObjectMissing,
    Objects,
    ObjectSettings,
    ObjectStoreDown,
    SpaceObjectSettings,
)

_OF_THE_SERVER = {"admin", "config", "local"}


class RawStores:
    """Looked at with an operator's rights; the mail sink is the recipients', and is left out."""

    def __init__(self, platform: Running) -> None:
        self.mongo: MongoClient[dict[str, Any]] = MongoClient(platform.urls["mongo"], tz_aware=True)
        self._redis = redis.Redis.from_url(platform.urls["redis"])
        rights = {name: platform.env(name) for name in ("media-control", "spaces", "gateway-files")}
        self._listed = {
            "rooms": Objects(load(ObjectSettings, rights["media-control"])),
            "spaces": Objects(load(SpaceObjectSettings, rights["spaces"])),
        }
        """Who owns a bucket lists it and reads nothing in it; the files entry reads and lists nothing."""
        self._read = {
            "rooms": Objects(load(ObjectSettings, rights["gateway-files"])),
            "spaces": Objects(load(SpaceObjectSettings, rights["gateway-files"])),
        }

    def close(self) -> None:
        self.mongo.close()
        self._redis.close()
        for bucket in (*self._listed.values(), *self._read.values()):
            bucket.close()

    def places_of(self, *words: str) -> set[str]:
        """Where any of the words stands: `mongo identity.persons`, `redis gateway:…`, `bucket spaces`."""
        return {place for place, text in self._everything() if any(word in text for word in words)}

    def collections(self) -> set[str]:
        """`service.collection`, of all that are there."""
        return {f"{database}.{name}" for database, name in self._collections()}

    def keys(self) -> dict[str, int]:
        """Names in Redis, with the seconds until each goes; -1 for one that stays."""
        return {key.decode(): self._redis.ttl(key) for key in self._redis.scan_iter(count=1000)}

    def objects(self, bucket: str, folder: str) -> list[str]:
        return list(self._listed[bucket].names(folder))

    def documents(self, collection: str, query: dict[str, Any]) -> list[dict[str, Any]]:
        database, _, name = collection.partition(".")
        return list(self.mongo[database][name].find(query))

    def _everything(self) -> Iterator[tuple[str, str]]:
        for database, name in self._collections():
            for document in self.mongo[database][name].find():
                yield f"mongo {database}.{name}", json.dumps(document, default=str, ensure_ascii=False)
        for key in self._redis.scan_iter(count=1000):
            yield f"redis {key.decode()}", f"{key.decode()} {self._value(key)}"
        for name, bucket in self._listed.items():
            for found in bucket.names(""):
                yield f"bucket {name}", f"{found} {self._content(name, found)}"

    def _content(self, bucket: str, name: str) -> str:
        """Of an object; nothing of one that was reaped since it was listed, or while it was read."""
        try:
            return _text(self._read[bucket].get(name))
        except ObjectMissing:
            return ""
        except ObjectStoreDown:
            if name in self.objects(bucket, name):
                raise
            return ""

    def _collections(self) -> Iterator[tuple[str, str]]:
        for database in sorted(set(self.mongo.list_database_names()) - _OF_THE_SERVER):
            for name in sorted(self.mongo[database].list_collection_names()):
                if not name.startswith("system."):
                    yield database, name

    def _value(self, key: bytes) -> str:
        """Whatever kind of value it is."""
        kind = self._redis.type(key).decode()
        read = {
            "string": lambda: [self._redis.get(key)],
            "hash": lambda: self._redis.hgetall(key).items(),
            "list": lambda: self._redis.lrange(key, 0, -1),
            "set": lambda: self._redis.smembers(key),
            "zset": lambda: self._redis.zrange(key, 0, -1),
            "stream": lambda: self._redis.xrange(key),
        }
        found: Iterable[Any] = read[kind]() if kind in read else ()
        return " ".join(map(_shown, found))


def _shown(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _text(chunks: Iterable[bytes]) -> str:
    return b"".join(chunks).decode("utf-8", "replace")
