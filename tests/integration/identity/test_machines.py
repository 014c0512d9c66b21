"""Machine clients over the real store: one change of many counts, and an assertion opens once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.clock import ManualClock, SystemClock
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.settings import Secret
from services.contracts.errors import CredentialsRefused
from services.contracts.machines import IssueTokenByAssertion
from services.identity.adapters import mongo, mongo_machines
from services.identity.adapters.mongo_machines import MongoMachines, MongoTokens
from services.identity.domain.machine import By, Key, Machine, Profile, registered, with_key, with_profile
from services.identity.domain.token import Token
from services.identity.machines.clients import MachineClients
from services.identity.machines.proofs import ClientProofs
from services.identity.machines.tokens import MachineTokens
from services.identity.seed import DEMO_CLIENT, seed_client
from tests.unit.identity.machines.fakes import ISSUER, claims, digest, ec_key, registration, signed

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BY = By("administrator-ari", NOW, "console:0123456789abcdef")
PROFILE = Profile("Case files", "case-files@office.example", ("slots:read",))


@pytest.fixture
def database(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](stores.urls["mongo"], tz_aware=True, retryWrites=False) as client:
        database = client["identity"]
        mongo.prepare(database)
        mongo_machines.prepare(database)
        yield database


@pytest.fixture
def machine(database: Database[dict[str, Any]]) -> Machine:
    key = Key(new_id(), NOW, secret_digest=digest(new_id()))
    return MongoMachines(database).add(registered(f"client-{new_id()}", "client_secret", PROFILE, key, BY))


def test_a_client_comes_back_as_it_was_stored(database: Database[dict[str, Any]], machine: Machine) -> None:
    store = MongoMachines(database)
    assert store.get(machine.client_id) == machine
    further = with_key(machine, Key("2", NOW, public_key="{}"), NOW + timedelta(days=1), BY)
    assert store.change(further)
    assert store.get(machine.client_id) == further
    assert further in store.all()
    assert store.get("nobody") is None


def test_who_registers_an_id_first_has_it(database: Database[dict[str, Any]], machine: Machine) -> None:
    later = replace(machine, profile=replace(PROFILE, name="Another"))
    assert MongoMachines(database).add(later) == machine


def test_of_many_changes_at_once_one_is_stored(database: Database[dict[str, Any]], machine: Machine) -> None:
    changes = [with_profile(machine, replace(PROFILE, name=f"Name {n}"), BY) for n in range(20)]
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(MongoMachines(database).change, changes))
    assert outcomes.count(True) == 1
    stored = MongoMachines(database).get(machine.client_id)
    assert stored == changes[outcomes.index(True)]


def test_use_and_change_do_not_disturb_one_another(
    database: Database[dict[str, Any]], machine: Machine
) -> None:
    store = MongoMachines(database)
    changed = with_profile(machine, replace(PROFILE, is_enabled=False), BY)
    store.note_use(machine.client_id, machine.keys[0].key_id, NOW)
    assert store.change(changed)
    found = store.get(machine.client_id)
    assert found is not None
    assert (found.version, found.keys[0].last_used_at) == (2, NOW)


def test_old_steps_of_trails_are_forgotten(database: Database[dict[str, Any]], machine: Machine) -> None:
    store = MongoMachines(database)
    later = By(BY.staff_id, NOW + timedelta(days=30))
    store.change(changed := with_profile(machine, replace(PROFILE, name="Files"), later))
    store.forget_steps(NOW)
    assert store.get(machine.client_id) == replace(changed, trail=changed.trail[1:])
    store.forget_steps(later.at)
    assert store.get(machine.client_id) == replace(changed, trail=())
    assert uses_index(database["machines"], {"oldest_step_at": {"$lte": NOW}})


def test_the_first_token_under_a_digest_stays(database: Database[dict[str, Any]]) -> None:
    store, name = MongoTokens(database), digest(new_id())
    token = Token(name, "client", "key", ("slots:read",), NOW)
    assert store.add(token) == token
    assert store.add(replace(token, client_id="other")) == token
    store.revoke(name, "other")
    assert store.get(name) == token
    store.revoke(name, "client")
    assert store.get(name) == replace(token, is_revoked=True)


def test_of_many_who_show_an_assertion_one_gets_a_token(database: Database[dict[str, Any]]) -> None:
    machines, clock = MongoMachines(database), ManualClock(NOW)
    client_id = f"signer-{new_id().lower().replace('_', '-')}"
    public = ec_key().as_pem(private=False).decode()
    asked = registration(client_id, auth_method="private_key_jwt", secret_digest="", public_key=public)
    MachineClients(clock, machines).register(asked)
    proofs = ClientProofs(clock, SystemClock(), ISSUER, machines, mongo.MongoSpent(database))
    tokens = MachineTokens(clock, machines, MongoTokens(database), proofs)
    at = int(datetime.now(UTC).timestamp())
    assertion = signed(claims(client_id, iat=at, exp=at + 60))

    def show(_: int) -> bool:
        wanted = IssueTokenByAssertion(client_id="", assertion=assertion, token_digest=digest(new_id()))
        try:
            return tokens.issue_by_assertion(wanted).client_id == client_id
        except CredentialsRefused:
            return False

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(show, range(20))).count(True) == 1


def test_the_demo_client_is_seeded_again_only_with_another_secret(database: Database[dict[str, Any]]) -> None:
    machines = MongoMachines(database)
    database["machines"].delete_one({"_id": DEMO_CLIENT})
    seed_client(machines, Secret("one"), NOW)
    first = machines.get(DEMO_CLIENT)
    assert first is not None
    machines.change(disabled := with_profile(first, replace(first.profile, is_enabled=False), BY))
    seed_client(machines, Secret("one"), NOW)
    assert machines.get(DEMO_CLIENT) == disabled
    seed_client(machines, Secret("two"), NOW)
    again = machines.get(DEMO_CLIENT)
    assert again is not None
    assert (again.version, again.profile.is_enabled) == (3, True)
    assert [step.what for step in again.trail] == ["seeded", "disabled", "seeded"]
    assert [key.secret_digest for key in again.keys] == [digest("two")]
