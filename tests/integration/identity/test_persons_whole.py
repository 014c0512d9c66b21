"""Persons over the real store: what processes that die between two writes leave is made whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest
from pymongo.database import Database

from services.identity.adapters.mongo_persons import MongoPersons
from tests.integration.identity.stored_persons import StoredWorld, emptied, told
from tests.unit.identity.citizens import luxtrust

pytestmark = pytest.mark.integration


class Died(BaseException):
    """The process ended here."""


class Mortal:
    """A collection whose caller dies at the write of this number."""

    def __init__(self, collection: Any, writes: Iterator[int], last: int) -> None:
        self._collection, self._writes, self._last = collection, writes, last

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._collection, name)
        return self._mortal(method) if name in ("update_one", "insert_one", "update_many") else method

    def _mortal(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def write(*args: Any, **options: Any) -> Any:
            if next(self._writes) == self._last:
                raise Died
            return method(*args, **options)

        return write


def test_wherever_a_process_dies_while_linking_all_is_whole_after_the_next_sweep(
    world: StoredWorld, database: Database[dict[str, Any]]
) -> None:
    """It dies before its first write, before its second, and so on, until it lives through the whole."""
    died = 0
    for last in count():
        emptied(database)
        owner, former = world.registered(luxtrust(100)), world.sign_in(luxtrust(1))
        if lives(world, database, last, partial(world.link, owner, luxtrust(1))):
            break
        died += 1
        world.app.sweep()
        home = world.sign_in(luxtrust(1)).subject_id
        assert home in (owner.subject_id, former.subject_id)
        is_joined = home == owner.subject_id
        assert told(database)["persons_joined.v1"] == is_joined
        standing = {person["_id"] for person in database["persons"].find({"joined_into": None})}
        assert standing == ({owner.subject_id} if is_joined else {owner.subject_id, former.subject_id})
        assert database["persons"].count_documents({"joining": {"$gt": ""}}) == 0
    assert died >= 5


def test_wherever_a_process_dies_at_the_first_log_in_the_next_one_finishes_it(
    world: StoredWorld, database: Database[dict[str, Any]]
) -> None:
    for last in count():
        emptied(database)
        if lives(world, database, last, lambda: world.sign_in(luxtrust(1))):
            break
        persons = {world.sign_in(luxtrust(1)).subject_id for _ in range(2)}
        assert len(persons) == database["persons"].count_documents({}) == 1
        assert told(database) == {"person_registered.v1": 1}


def test_wherever_a_process_dies_while_registering_the_person_can_go_on(
    world: StoredWorld, database: Database[dict[str, Any]]
) -> None:
    for last in count():
        emptied(database)
        who = world.sign_in(luxtrust(1))

        def register(who: Any = who) -> None:
            world.ask(who, request_key="key")
            world.type_code(who)

        if lives(world, database, last, register):
            break
        world.ask(who, request_key="key", proof=who.proof)
        assert world.type_code(who).is_registered
        assert told(database)["credential_registered.v1"] == 1


def lives(world: StoredWorld, database: Any, last: int, work: Callable[[], Any]) -> bool:
    """Whether a process comes through that dies before its write of number `last`, from 0."""
    writes, whole = count(), world.store
    mortal = {name: Mortal(database[name], writes, last) for name in ("persons", "credentials")}
    world.store = MongoPersons(mortal, None)  # type: ignore[arg-type]
    try:
        work()
    except Died:
        return False
    finally:
        world.store = whole
    return True
