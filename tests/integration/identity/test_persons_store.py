"""Persons over the real store: its promises, many at once, and processes that die between two writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.mongo import uses_index
from services.contracts.errors import PlatformError
from services.identity.adapters import mongo, mongo_persons, person_documents
from services.identity.adapters.mongo_persons import MongoPersons
from services.identity.credentials import Credentials
from services.identity.credentials.codes import Codes
from services.identity.domain.person import Person
from services.identity.domain.registration import ATTEMPTS
from tests.unit.identity.citizens import NOW, NUMBER, World, luxtrust, national_number
from tests.unit.identity.credential_histories import CredentialHistories, Stepwise
from tests.unit.identity.fake_persons import KEY, FakeLastActs
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


@pytest.fixture(scope="module")
def prepared(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient(stores.urls["mongo"], retryWrites=False, tz_aware=True) as client:
        mongo.prepare(client["identity_alone"])
        mongo_persons.prepare(client["identity_alone"])
        yield client["identity_alone"]


@pytest.fixture
def database(prepared: Database[dict[str, Any]]) -> Database[dict[str, Any]]:
    emptied(prepared)
    return prepared


def emptied(database: Database[dict[str, Any]]) -> None:
    for name in ("persons", "credentials", "proofs"):
        database[name].delete_many({})


@pytest.fixture
def persons(database: Database[dict[str, Any]]) -> MongoPersons:
    return MongoPersons(database, None)


class TestMongoPersons(PersonsSuite):
    """The shared suite over the store that the service uses."""


class StoredWorld(World):
    """Citizens over the real store."""

    def __init__(self, store: Any) -> None:
        super().__init__()
        self.store = store

    @property
    def app(self) -> Credentials:
        return Credentials.over(self.clock, self.store, self.proofs, Codes(KEY), self.mail, FakeLastActs())


@pytest.fixture
def world(persons: MongoPersons) -> StoredWorld:
    return StoredWorld(persons)


def all_at_once(works: Sequence[Callable[[], Any]]) -> Counter[str]:
    """How each ended: `ok`, or the name of its error."""

    def outcome(work: Callable[[], Any]) -> str:
        try:
            work()
        except PlatformError as error:
            return type(error).__name__
        return "ok"

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(outcome, works))


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


# --- processes that die ---


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


def told(database: Database[dict[str, Any]]) -> Counter[str]:
    """Events that lie in the outboxes, by type."""
    found = database["persons"].find({}, {"outbox": 1})
    return Counter(entry["type"] for person in found for entry in person.get("outbox", ()))


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
