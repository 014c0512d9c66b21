"""Identity through the real bus, over the real store."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import connected, events_exchange
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.rpc_client import RpcClient
from services.contracts.errors import CredentialsRefused, LoginRefused, NotAllowed
from services.contracts.identity import (
    SCOPES,
    GetPrincipal,
    IntrospectToken,
    IssueToken,
    ListProviders,
    PersonRegistered,
)
from tests.sandbox import answered, log_in
from tests.service_process import ServiceProcess, eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("identity")]


@pytest.fixture
def database(stores: Platform) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient(stores.urls["mongo"]) as client:
        yield client["identity"]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_each_audience_has_its_providers(client: RpcClient) -> None:
    for audience, codes in (("citizen", ["luxtrust", "eidas"]), ("staff", ["staff"])):
        listed = client.call(ListProviders(audience=audience)).providers
        assert [(p.code, p.audience) for p in listed] == [(code, audience) for code in codes]


def test_citizen_signs_in_and_is_known_from_then_on(client: RpcClient) -> None:
    principal = log_in(client, "resident")
    assert (principal.audience, principal.level, len(principal.national_number)) == ("citizen", "high", 13)
    known = client.call(GetPrincipal(audience="citizen", subject_id=principal.subject_id))
    assert known == replace(principal, proof="")


def test_staff_signs_in_with_a_role(client: RpcClient) -> None:
    principal = log_in(client, "agent-anna")
    assert (principal.subject_id, principal.name, principal.roles) == ("agent-anna", "Anna Demo", ("agent",))
    known = client.call(GetPrincipal(audience="staff", subject_id="agent-anna"))
    assert known == replace(principal, session_keys=(), proved_at=None)


def test_one_of_many_answers_to_a_login_counts(client: RpcClient) -> None:
    answer = answered(client, "parent")

    def finish(_: int) -> str:
        try:
            return client.call(answer).subject_id
        except LoginRefused as refused:
            return refused.details["reason"]

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(finish, range(20)))
    assert outcomes.count("unknown_or_spent") == 19


def test_first_login_many_times_at_once_registers_one_person(
    client: RpcClient, stores: Platform, database: Database[dict[str, Any]]
) -> None:
    known = {person["_id"] for person in database["persons"].find({}, {"_id": 1})}
    registered: list[str] = []
    answers = [answered(client, "newcomer") for _ in range(20)]
    with connected(stores.urls["amqp"], heartbeat=0) as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(queue, events_exchange("identity"), PersonRegistered.type)
        channel.basic_consume(
            queue, no_ack=True, callback=lambda m: registered.append(json.loads(m.body)["person_id"])
        )
        with ThreadPoolExecutor(20) as pool:
            ids = {principal.subject_id for principal in pool.map(client.call, answers)}
        (person_id,) = ids
        while person_id not in registered:
            connection.drain_events(timeout=60)
    # Those who came before this test may be told of now.
    assert set(registered) - known == ids
    assert database["persons"].count_documents({"_id": {"$in": list(ids)}}) == 1


def test_told_events_leave_the_outbox(client: RpcClient, database: Database[dict[str, Any]]) -> None:
    person_id = log_in(client, "pensioner").subject_id
    assert eventually(lambda: database["persons"].find_one({"_id": person_id, "outbox": []}))


def test_demo_client_gets_a_token_with_its_scopes(
    client: RpcClient, seed_environment: dict[str, str]
) -> None:
    secret = digest(seed_environment["DEMO_CLIENT_SECRET"])
    token = digest(new_id())
    asked = IssueToken(client_id="demo-client", secret_digest=secret, token_digest=token)
    issued = client.call(asked)
    assert set(issued.scopes) == set(SCOPES)
    assert client.call(IntrospectToken(token_digest=token)) == issued
    assert client.call(asked) == issued


def test_wrong_secret_scope_and_token_are_refused(
    client: RpcClient, seed_environment: dict[str, str]
) -> None:
    secret = digest(seed_environment["DEMO_CLIENT_SECRET"])
    token = digest(new_id())
    with pytest.raises(CredentialsRefused):
        client.call(IssueToken(client_id="demo-client", secret_digest=digest("no"), token_digest=token))
    with pytest.raises(NotAllowed):
        client.call(
            IssueToken(
                client_id="demo-client", secret_digest=secret, token_digest=token, scopes=("everything",)
            )
        )
    with pytest.raises(CredentialsRefused):
        client.call(IntrospectToken(token_digest=token))


def test_every_query_has_an_index(identity: ServiceProcess, database: Database[dict[str, Any]]) -> None:
    queries = {
        "logins": {"_id": "x"},
        "credentials": {"_id": "x"},
        "persons": {"_id": "x"},
        "staff": {"credential": "x"},
        "machines": {"_id": "x"},
        "tokens": {"_id": "x"},
    }
    assert [name for name, query in queries.items() if not uses_index(database[name], query)] == []


def test_log_names_nobody(client: RpcClient, identity: ServiceProcess) -> None:
    principal = log_in(client, "resident")
    log = identity.log.read_text()
    for private in (principal.last_name, principal.first_name, principal.national_number):
        assert private not in log
