"""Persons over the real store: its promises, and many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pymongo.database import Database

from services.chassis.mongo import uses_index
from services.identity.adapters import mongo_persons, person_documents
from services.identity.adapters.mongo_persons import MongoPersons
from services.identity.domain.person import Person
from services.identity.domain.registration import ATTEMPTS
from tests.integration.identity.at_once import all_at_once
from tests.integration.identity.stored_persons import StoredWorld, emptied, told
from tests.unit.identity.citizens import NOW, NUMBER, luxtrust, national_number
from tests.unit.identity.credential_histories import CredentialHistories, Stepwise
from tests.unit.identity.persons_suite import PersonsSuite

pytestmark = pytest.mark.integration

AT_ONCE = 20
SETTINGS = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class TestMongoPersons(PersonsSuite):
    """The shared suite over the store that the service uses."""


# --- many at once ---


def test_of_many_who_register_one_number_at_once_one_does(world: StoredWorld) -> None:
    codes = []
    for ssn in range(AT_ONCE):
        who = world.sign_in(luxtrust(ssn))
        world.ask(who)
        codes.append((who, world.mail.last_code))
    outcomes = all_at_once([partial(world.type_code, *one) for one in codes])
    assert outcomes == {"ok": 1, "NationalNumberTaken": AT_ONCE - 1}
    assert [world.account(who).is_registered for who, _ in codes].count(True) == 1


def test_of_many_wrong_codes_at_once_five_are_counted(world: StoredWorld) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    wrong = world.wrong_code()
    outcomes = all_at_once([lambda: world.type_code(who, wrong)] * AT_ONCE)
    assert outcomes == {"AddressCodeWrong": ATTEMPTS - 1, "AddressCodeExpired": AT_ONCE - ATTEMPTS + 1}
    assert all_at_once([lambda: world.type_code(who)]) == {"AddressCodeExpired": 1}


def test_a_right_code_typed_many_times_at_once_registers_once(
    world: StoredWorld, database: Database[dict[str, Any]]
) -> None:
    who = world.sign_in(luxtrust(1))
    world.ask(who)
    assert all_at_once([lambda: world.type_code(who)] * AT_ONCE) == {"ok": AT_ONCE}
    assert [step.what for step in world.account(who).trail] == ["registered"]
    assert told(database) == {"person_registered.v1": 1, "credential_registered.v1": 1}


def test_of_the_last_two_revoked_at_once_one_stays(world: StoredWorld) -> None:
    for round_ in range(5):
        who = world.registered(luxtrust(2 * round_), number=national_number(round_))
        world.link(who, luxtrust(2 * round_ + 1))
        both = [credential.credential_id for credential in world.account(who).credentials]
        outcomes = all_at_once([partial(world.revoke, who, one) for one in both])
        # The one that is late shows a proof of the credential that was just revoked, or it would be the last.
        assert outcomes["ok"] == 1, outcomes
        assert outcomes["LastCredential"] + outcomes["FreshLoginNeeded"] == 1, outcomes
        assert [c.state for c in world.account(who).credentials].count("registered") == 1


def test_a_credential_that_many_link_at_once_gets_one_person(world: StoredWorld) -> None:
    owners = [
        world.registered(luxtrust(ssn), number=national_number(ssn)) for ssn in range(100, 100 + AT_ONCE)
    ]
    world.sign_in(luxtrust(1))
    outcomes = all_at_once([partial(world.link, who, luxtrust(1)) for who in owners])
    assert outcomes == {"ok": 1, "LoginRefused": AT_ONCE - 1}
    with_two = [who for who in owners if len(world.account(who).credentials) == 2]
    assert [world.sign_in(luxtrust(1)).subject_id] == [who.subject_id for who in with_two]


def test_linked_and_registered_at_once_it_gets_one_person(world: StoredWorld) -> None:
    for round_ in range(5):
        owner = world.registered(luxtrust(100 + round_), number=national_number(100 + round_))
        seen = world.sign_in(luxtrust(round_))
        world.ask(seen, number=national_number(200 + round_))
        outcomes = all_at_once(
            [
                partial(world.link, owner, luxtrust(round_)),
                partial(world.type_code, seen, world.mail.last_code),
            ]
        )
        assert outcomes["ok"] == 1, outcomes
        home = world.sign_in(luxtrust(round_))
        assert home.is_registered
        assert home.subject_id in (owner.subject_id, seen.subject_id)


def test_one_that_is_linked_while_it_logs_in_for_the_first_time_has_one_home(
    world: StoredWorld, database: Database[dict[str, Any]]
) -> None:
    owner = world.registered(luxtrust(100))
    works: list[Callable[[], Any]] = [lambda: world.sign_in(luxtrust(1))] * (AT_ONCE - 1)
    assert all_at_once([*works, lambda: world.link(owner, luxtrust(1))]) == {"ok": AT_ONCE}
    assert world.sign_in(luxtrust(1)).subject_id == owner.subject_id
    standing = database["persons"].find({"joined_into": None}, {"_id": 1})
    assert [person["_id"] for person in standing] == [owner.subject_id]


def test_each_of_two_log_ins_at_once_is_that_of_its_own_credential(
    world: StoredWorld, persons: MongoPersons, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = world.registered(luxtrust(1))
    other = world.link(who, luxtrust(2))
    read = persons.get

    def while_the_other_comes_in(person_id: str) -> Person | None:
        with monkeypatch.context() as context:
            context.setattr(persons, "get", read)
            persons.log_in(luxtrust(2), NOW)
        return read(person_id)

    monkeypatch.setattr(persons, "get", while_the_other_comes_in)
    found = persons.log_in(luxtrust(1), NOW)
    assert (found.credential_id, found.identified) == (who.credential_id, luxtrust(1))
    assert other.credential_id != who.credential_id


# --- histories, indexes, older documents ---


def test_what_holds_of_persons_and_credentials_holds_in_the_real_store(
    database: Database[dict[str, Any]],
) -> None:
    collections = {name: Stepwise(database[name]) for name in ("persons", "credentials")}

    class OverTheStore(CredentialHistories):
        def store(self) -> Any:
            emptied(database)
            return MongoPersons(collections, None)  # type: ignore[arg-type]

        def everybody(self) -> Iterable[Person]:
            return map(person_documents.person, database["persons"].find({"joined_into": None}))

    run_state_machine_as_test(OverTheStore, settings=SETTINGS)


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("persons", {"held.credential_id": "x"}),
        ("persons", {"registered_number": NUMBER}),
        ("persons", {"national_number": NUMBER}),
        ("persons", {"address_key": "a@example.org"}),
        ("persons", {"joining": {"$gt": ""}}),
        ("credentials", {"_id": "x"}),
        ("credentials", {"credential_id": "x"}),
        ("credentials", {"credential_id": {"$in": ["x", "y"]}}),
        ("credentials", {"credential_id": None}),
        ("credentials", {"person_id": "x"}),
        ("credentials", {"number": "x"}),
        ("proofs", {"_id": "x"}),
    ],
    ids=str,
)
def test_every_query_has_an_index(
    database: Database[dict[str, Any]], collection: str, query: dict[str, Any]
) -> None:
    assert uses_index(database[collection], query)


def test_what_is_swept_by_time_is_found_by_an_index(
    world: StoredWorld, database: Database[dict[str, Any]]
) -> None:
    for name in ("trail.at", "former_addresses.at", "pending.expires_at"):
        assert uses_index(database["persons"], {name: {"$lt": world.clock.now()}})


def test_credentials_from_before_they_had_ids_are_completed(
    world: StoredWorld, database: Database[dict[str, Any]]
) -> None:
    before = world.sign_in(luxtrust(1))
    key = person_documents.key_of(luxtrust(1).credential)
    database["credentials"].replace_one({"_id": key}, {"person_id": before.subject_id})
    database["credentials"].insert_one({"_id": "luxtrust|2", "person_id": "never-made"})
    for _ in range(2):
        mongo_persons.prepare(database)
    assert world.sign_in(luxtrust(1)).subject_id == before.subject_id
    assert database["credentials"].count_documents({}) == 1
