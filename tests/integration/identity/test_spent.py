"""Answers that were believed, over the real store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.mongo import uses_index
from services.identity.adapters.mongo import MongoSpent, prepare

pytestmark = pytest.mark.integration


@pytest.fixture
def database(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](stores.urls["mongo"], tz_aware=True, retryWrites=False) as client:
        database = client["identity"]
        prepare(database)
        yield database


def test_one_of_many_is_first(database: Database[dict[str, Any]]) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda _: MongoSpent(database).first("issuer|_1", until), range(20)))
    assert outcomes.count(True) == 1
    assert MongoSpent(database).first("issuer|_2", until)


def test_it_is_remembered_until_it_has_expired_by_itself(database: Database[dict[str, Any]]) -> None:
    until = datetime.now(UTC) + timedelta(days=30)
    MongoSpent(database).first("issuer|_3", until)
    found = database["spent"].find_one({"_id": "issuer|_3"})
    assert found is not None
    assert found["garbage_at"] > until
    assert uses_index(database["spent"], {"_id": "issuer|_3"})
