"""Any number of platforms on one machine: each on a data folder, each with ports of its own."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import amqp
import pymongo
import pytest
import redis

from deploy.dev.platform import Platform
from deploy.dev.ports import HOST
from deploy.dev.servers.broker import OPERATOR, Broker
from deploy.dev.servers.objects import BUCKET, s3_client

pytestmark = pytest.mark.integration


def test_a_second_platform_runs_beside_the_first(stores: Platform, tmp_path: Path) -> None:
    with Platform(tmp_path, only=("broker", "cache")) as second:
        assert second.urls["amqp"] != stores.urls["amqp"]
        assert Broker(second.site).is_ready()
        with redis.Redis.from_url(second.urls["redis"]) as cache:
            cache.set("only", "here")
        with redis.Redis.from_url(stores.urls["redis"]) as cache:
            assert cache.get("only") is None
    assert Broker(stores.site).is_ready()


def test_what_was_stored_is_there_again_on_other_ports(tmp_path: Path) -> None:
    parts = ("broker", "database", "objects")
    with Platform(tmp_path, only=parts) as platform:
        store(platform, b"first")
    move_to_other_ports(tmp_path)
    with Platform(tmp_path, only=parts) as platform:
        store(platform, b"second")
        assert stored(platform) == {"broker": 2, "database": 2, "objects": [b"first", b"second"]}


def store(platform: Platform, word: bytes) -> None:
    with channel(platform) as broker:
        broker.queue_declare("kept", durable=True, auto_delete=False)
        broker.basic_publish(amqp.Message(word, delivery_mode=2), "", "kept")
    with pymongo.MongoClient[dict[str, Any]](platform.env("booking")["MONGO_URI"]) as client:
        client["booking"]["kept"].insert_one({"_id": word})
    s3_client(platform.site).put_object(BUCKET, word.decode(), io.BytesIO(word), len(word))


def stored(platform: Platform) -> dict[str, object]:
    with channel(platform) as broker:
        messages = broker.queue_declare("kept", passive=True).message_count
    with pymongo.MongoClient[dict[str, Any]](platform.env("booking")["MONGO_URI"]) as client:
        documents = client["booking"]["kept"].count_documents({})
    objects = s3_client(platform.site)
    names = sorted(entry.object_name or "" for entry in objects.list_objects(BUCKET))
    return {
        "broker": messages,
        "database": documents,
        "objects": [objects.get_object(BUCKET, name).data for name in names],
    }


@contextmanager
def channel(platform: Platform) -> Iterator[Any]:
    password = platform.site.secret(f"broker:{OPERATOR}")
    address = f"{HOST}:{platform.site.port('amqp')}"
    with amqp.Connection(address, userid=OPERATOR, password=password, confirm_publish=True) as connection:
        yield connection.channel()


def move_to_other_ports(folder: Path) -> None:
    """As if another run had owned the block in between."""
    file = folder / "site.json"
    content = json.loads(file.read_text())
    file.write_text(json.dumps(content | {"block": (content["block"] + 50) % 100, "ports": {}}))
