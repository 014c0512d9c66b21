"""Any number of platforms on one machine: each on a data folder, each with ports of its own."""

import io
import json
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import amqp
import httpx
import pymongo
import pytest
import redis

from deploy.dev.platform import Platform
from deploy.dev.ports import HOST
from deploy.dev.processes import STORES
from deploy.dev.servers.broker import OPERATOR
from deploy.dev.servers.objects import BUCKET, s3_client

pytestmark = pytest.mark.integration

TRACE = "trace-of-the-second"


SECOND = (*STORES, "front")
"""All that listens for others: the services behind the front come in only through the broker."""


def test_a_second_platform_runs_beside_the_first(stores: Platform, tmp_path: Path) -> None:
    expected = {"public": stores.site.port("smtp"), "mailbox": stores.site.port("mailbox")}
    with Platform(tmp_path, only=SECOND, usual_ports=expected) as second:
        assert not set(ports_of(second)) & set(ports_of(stores))
        assert httpx.get(second.urls["public"], trust_env=False).is_success
        leave_a_trace(second)
        assert traces(second) == {"broker", "cache", "database", "objects", "mail"}
        assert traces(stores) == set()
    assert [name for name in STORES if not stores.supervisor.parts[name].is_ready()] == []


def test_what_was_stored_is_there_again_on_other_ports(tmp_path: Path) -> None:
    parts = ("broker", "database", "objects")
    with Platform(tmp_path, only=parts) as platform:
        store(platform, b"first")
    move_to_other_ports(tmp_path)
    with Platform(tmp_path, only=parts) as platform:
        store(platform, b"second")
        assert stored(platform) == {"broker": 2, "database": 2, "objects": [b"first", b"second"]}


def ports_of(platform: Platform) -> list[int]:
    parts = platform.supervisor.parts.values()
    return [platform.site.port(port) for part in parts for port in part.ports]


def leave_a_trace(platform: Platform) -> None:
    """Something in each store that no other platform has."""
    store(platform, TRACE.encode())
    with redis.Redis.from_url(platform.urls["redis"]) as cache:
        cache.set(TRACE, "here")
    with smtplib.SMTP(HOST, platform.site.port("smtp")) as mail:
        mail.sendmail("from@example.org", f"{TRACE}@example.org", "Subject: here\r\n\r\n")


def traces(platform: Platform) -> set[str]:
    """Where a trace is found."""
    with redis.Redis.from_url(platform.urls["redis"]) as cache:
        found = {"cache": cache.exists(TRACE)}
    with pymongo.MongoClient[dict[str, Any]](platform.env("booking")["MONGO_URI"]) as client:
        found["database"] = client["booking"]["kept"].count_documents({"_id": TRACE.encode()})
    found["objects"] = sum(o.object_name == TRACE for o in s3_client(platform.site).list_objects(BUCKET))
    found["broker"] = queue_exists(platform)
    found["mail"] = TRACE in httpx.get(f"{platform.urls['mailbox']}/email", trust_env=False).text
    return {name for name, count in found.items() if count}


def queue_exists(platform: Platform) -> bool:
    with channel(platform) as broker:
        try:
            broker.queue_declare("kept", passive=True)
        except amqp.NotFound:
            return False
    return True


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
