"""The vault over a real object store and a real database."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pymongo import MongoClient

from deploy.dev.platform import Platform
from deploy.dev.servers.objects import OPERATOR, s3_keys
from services.chassis import mongo
from services.chassis.settings import SecretKey, load
from services.chassis.vault.cipher import (
    CHUNK,
    Tampered,
    clipped,
    new_key,
    open_stream,
    padded,
    seal_stream,
    sealed_size,
)
from services.chassis.vault.keys import UNOPENED, KeyDestroyed, MasterKeys, OwnedKeys
from services.chassis.vault.objects import ObjectMissing, Objects, ObjectSettings, ObjectStoreDown

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
OLD, NEW = SecretKey("00" * 32), SecretKey("11" * 32)


@pytest.fixture
def objects(stores: Platform) -> Iterator[Objects]:
    made = Objects(load(ObjectSettings, s3_keys(stores.site, OPERATOR)))
    yield made
    made.close()


@pytest.fixture
def database(stores: Platform) -> Iterator[mongo.Database[mongo.Document]]:
    variables = stores.env("media-control")
    with mongo.connect(variables["KEYS_MONGO_URI"], variables["KEYS_MONGO_DATABASE"]).client as client:
        yield client[variables["KEYS_MONGO_DATABASE"]]


@pytest.fixture
def name() -> str:
    return f"test/{uuid4().hex}"


def keys_of(database: mongo.Database[mongo.Document], *master: SecretKey, kind: str = "room") -> OwnedKeys:
    return OwnedKeys(database, MasterKeys(master), kind)


def megabytes(count: int) -> Iterator[bytes]:
    block = os.urandom(CHUNK)
    yield from (block for _ in range(count * 16))


@pytest.mark.parametrize("size", [0, 1, CHUNK, 5 * CHUNK + 3])
def test_a_sealed_document_comes_back_byte_by_byte(objects: Objects, name: str, size: int) -> None:
    key, clear = new_key(), os.urandom(size)
    objects.put(name, seal_stream(key, [clear], name), sealed_size(size))
    assert b"".join(open_stream(key, objects.get(name), name)) == clear


def test_what_lies_in_the_store_is_not_the_document(objects: Objects, name: str) -> None:
    clear = b"plain text " * 100
    objects.put(name, seal_stream(new_key(), [clear], name), sealed_size(len(clear)))
    assert b"plain" not in b"".join(objects.get(name))


def test_an_upload_of_unknown_length_is_padded_to_what_was_announced(objects: Objects, name: str) -> None:
    key, clear, announced = new_key(), os.urandom(100_000), 100_700
    body = seal_stream(key, padded([clear], announced), name)
    objects.put(name, body, sealed_size(announced))
    assert b"".join(clipped(open_stream(key, objects.get(name), name), len(clear))) == clear


def test_a_document_passed_off_as_another_is_refused(objects: Objects, name: str) -> None:
    key = new_key()
    objects.put(name, seal_stream(key, [b"mine"], "document-1"), sealed_size(4))
    with pytest.raises(Tampered):
        b"".join(open_stream(key, objects.get(name), "document-2"))


def test_twenty_megabytes_pass_through(objects: Objects, name: str) -> None:
    key, size = new_key(), 20 * 16 * CHUNK
    objects.put(name, seal_stream(key, megabytes(20), name), sealed_size(size))
    assert sum(map(len, open_stream(key, objects.get(name), name))) == size


def test_an_upload_that_breaks_off_leaves_nothing(objects: Objects, name: str) -> None:
    def body() -> Iterator[bytes]:
        yield bytes(CHUNK)
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, ObjectStoreDown)):
        objects.put(name, body(), 2 * CHUNK)
    with pytest.raises(ObjectMissing):
        objects.get(name)


@pytest.mark.parametrize("announced", [5, 20])
def test_an_upload_of_another_size_leaves_nothing(objects: Objects, name: str, announced: int) -> None:
    with pytest.raises(ValueError, match="announced size"):
        objects.put(name, [bytes(10)], announced)
    with pytest.raises(ObjectMissing):
        objects.get(name)


def test_a_deleted_document_is_missing_and_may_be_deleted_again(objects: Objects, name: str) -> None:
    objects.put(name, [b"x"], 1)
    objects.delete(name)
    objects.delete(name)
    with pytest.raises(ObjectMissing):
        objects.get(name)


def test_many_are_deleted_at_once(objects: Objects, name: str) -> None:
    names = [f"{name}/{number}" for number in range(5)]
    for one in names:
        objects.put(one, [b"x"], 1)
    assert sorted(objects.names(f"{name}/")) == names
    objects.delete_many(names)
    assert list(objects.names(f"{name}/")) == []


def test_folders_are_told_once_whatever_lies_in_them(objects: Objects, name: str) -> None:
    for one in ("a/1", "a/2", "b/1"):
        objects.put(f"{name}/{one}", [b"x"], 1)
    assert sorted(objects.folders(f"{name}/")) == [f"{name}/a/", f"{name}/b/"]


def test_the_store_answers(objects: Objects) -> None:
    assert objects.answers()


def test_a_store_that_is_away_is_said_to_be(stores: Platform, name: str) -> None:
    away = Objects(load(ObjectSettings, {**s3_keys(stores.site, OPERATOR), "S3_ENDPOINT": "127.0.0.1:1"}))
    assert not away.answers()
    with pytest.raises(ObjectStoreDown):
        away.get(name)
    with pytest.raises(ObjectStoreDown):
        away.put(name, [b"x"], 1)
    with pytest.raises(ObjectStoreDown):
        away.delete(name)
    away.close()


def test_a_room_has_one_key_however_often_it_is_made(database: mongo.Database[mongo.Document]) -> None:
    keys, room_id = keys_of(database, OLD), uuid4().hex
    key = keys.create(room_id, NOW)
    assert keys.create(room_id, NOW) == key == keys.get(room_id)


def test_a_destroyed_key_is_gone(database: mongo.Database[mongo.Document]) -> None:
    keys, room_id = keys_of(database, OLD), uuid4().hex
    keys.create(room_id, NOW)
    keys.destroy(room_id)
    keys.destroy(room_id)
    with pytest.raises(KeyDestroyed):
        keys.get(room_id)


def test_who_is_late_destroys_no_key_of_a_later_life(database: mongo.Database[mongo.Document]) -> None:
    keys, again, once = keys_of(database, OLD), uuid4().hex, uuid4().hex
    keys.create(again, NOW, life=1)
    keys.create(once, NOW)
    database.room_keys.update_one({"_id": once}, {"$unset": {"life": ""}})  # as it was stored before
    keys.destroy_all([again, once])
    assert keys.get(again)
    with pytest.raises(KeyDestroyed):
        keys.get(once)
    keys.destroy_all([again], life=2)
    with pytest.raises(KeyDestroyed):
        keys.get(again)


def test_a_key_is_stored_wrapped(database: mongo.Database[mongo.Document]) -> None:
    room_id = uuid4().hex
    key = keys_of(database, OLD).create(room_id, NOW)
    stored = database.room_keys.find_one({"_id": room_id})
    assert stored is not None
    assert key.hex() not in repr(stored)
    with pytest.raises(Tampered):
        keys_of(database, OLD)._master.unwrap(stored["master_id"], stored["wrapped"], "room key another")


def test_the_master_key_can_be_rolled(database: mongo.Database[mongo.Document]) -> None:
    room_id = uuid4().hex
    key = keys_of(database, OLD).create(room_id, NOW)
    rolling = keys_of(database, NEW, OLD)
    assert rolling.get(room_id) == key
    assert rolling.rewrap() > 0
    assert rolling.rewrap() == 0
    assert keys_of(database, NEW).get(room_id) == key


def test_a_key_that_is_destroyed_while_it_is_wrapped_again_stays_destroyed(
    database: mongo.Database[mongo.Document],
) -> None:
    keys, room_id = keys_of(database, NEW, OLD), uuid4().hex
    keys_of(database, OLD).create(room_id, NOW)
    read = database.room_keys.find_one({"_id": room_id})
    assert read is not None
    keys.destroy(room_id)
    assert not keys._rewrap(read)
    with pytest.raises(KeyDestroyed):
        keys.get(room_id)


def test_a_key_that_no_master_key_opens_is_counted_and_left(database: mongo.Database[mongo.Document]) -> None:
    kind, owner = f"lost_{uuid4().hex}", uuid4().hex
    key = keys_of(database, OLD, kind=kind).create(owner, NOW)
    assert keys_of(database, NEW, kind=kind).rewrap() == 0
    assert UNOPENED.labels(kind)._value.get() == 1
    assert keys_of(database, NEW, OLD, kind=kind).rewrap() == 1
    assert UNOPENED.labels(kind)._value.get() == 0
    assert keys_of(database, NEW, kind=kind).get(owner) == key


def test_a_key_of_a_room_opens_no_space(database: mongo.Database[mongo.Document]) -> None:
    owner = uuid4().hex
    rooms, spaces = keys_of(database, OLD), keys_of(database, OLD, kind="space")
    assert rooms.create(owner, NOW) != spaces.create(owner, NOW)
    stored = database.room_keys.find_one({"_id": owner})
    assert stored is not None
    database.space_keys.replace_one({"_id": owner}, stored)
    with pytest.raises(Tampered):
        spaces.get(owner)
    assert owner in set(spaces.owners())


def test_keys_to_be_wrapped_again_are_found_by_an_index(database: mongo.Database[mongo.Document]) -> None:
    keys_of(database, OLD).prepare()
    for query in ({"master_id": {"$lt": "x"}}, {"master_id": {"$gt": "x"}}):
        assert mongo.uses_index(database.room_keys, query)


def test_without_the_master_key_a_room_key_is_worth_nothing(
    database: mongo.Database[mongo.Document],
) -> None:
    room_id = uuid4().hex
    keys_of(database, OLD).create(room_id, NOW)
    with pytest.raises(KeyError):
        keys_of(database, NEW).get(room_id)


def test_the_key_database_needs_its_own_user(stores: Platform) -> None:
    with MongoClient(stores.env("booking")["MONGO_URI"]) as client, pytest.raises(Exception, match="auth"):
        client["media_keys"].room_keys.find_one({})
