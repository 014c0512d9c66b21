"""A replaced address in the real store: told of by the same write, kept for a week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.mongo import uses_index
from services.contracts.errors import NotFound
from services.identity.adapters.mongo_persons import MongoPersons, prepare
from tests.unit.identity.citizens import NOW, World, luxtrust

pytestmark = pytest.mark.integration

FIRST, SECOND = "lea.muster@example.org", "lea@elsewhere.example"


@pytest.fixture
def database(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient(stores.urls["mongo"], tz_aware=True) as client:
        found = client["identity_addresses"]
        for name in ("persons", "credentials"):
            found[name].delete_many({})
        prepare(found)
        yield found


@dataclass
class StoredWorld(World):
    """Citizens over the real store; what is to be told stays in the documents."""

    persons: Any = None


def test_the_address_before_is_known_by_its_change_for_a_week(database: Database[dict[str, Any]]) -> None:
    world = StoredWorld(persons=MongoPersons(database, None))
    who = world.registered(luxtrust(1))
    world.ask(who, address=SECOND)
    world.type_code(who)
    (kept,) = database["persons"].find()
    change_id = kept["former_addresses"][0]["change_id"]
    assert kept["outbox"][-1]["type"] == "address_changed.v1"
    assert FIRST not in repr(kept["outbox"])
    notice = world.app.helpdesk.notice
    assert (notice(who.credential_id, change_id).address, notice(who.credential_id).address) == (
        FIRST,
        SECOND,
    )
    world.clock.advance(days=7, seconds=1)
    world.app.sweep()
    with pytest.raises(NotFound):
        notice(who.credential_id, change_id)
    assert FIRST not in repr(list(database["persons"].find()))


def test_old_addresses_are_found_by_an_index(database: Database[dict[str, Any]]) -> None:
    assert uses_index(database["persons"], {"former_addresses.at": {"$lt": NOW - timedelta(days=7)}})
