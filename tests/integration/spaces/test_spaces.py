"""Private spaces through the real bus, over the real store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.credentials import PersonsJoined
from services.contracts.errors import (
    InvalidField,
    NotFound,
    ServiceTimeout,
    ServiceUnavailable,
    StaleVersion,
)
from services.contracts.space_access import Actor
from services.contracts.spaces import (
    GetPrivateSpace,
    OpenPrivateSpace,
    PersonalData,
    PrivateSpace,
    SavePersonalData,
)
from tests.service_process import ServiceProcess, eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("spaces")]


@pytest.fixture(scope="module")
def spaces(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    log = tmp_path_factory.mktemp("spaces") / "log"
    with ServiceProcess("services.spaces", stores.env("spaces"), log) as running:
        yield running


def actor(person_id: str) -> Actor:
    return Actor(person_id=person_id, credential_id="c", number="", name="Léa Muster", kind="private")


def opening(person_id: str, data: PersonalData) -> OpenPrivateSpace:
    return OpenPrivateSpace(actor=actor(person_id), data=data, consent_version="2026-11")


def _patiently(client: RpcClient, request: OpenPrivateSpace) -> PrivateSpace:
    """A hundred at once may be more than the store answers in its two seconds: then it is asked again."""
    for _attempt in range(4):
        try:
            return client.call(request, timeout=30)
        except (ServiceTimeout, ServiceUnavailable):
            continue
    return client.call(request, timeout=30)


def test_hundred_creations_at_once_make_one_space(
    client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    person_id = new_id()

    def open_space(number: int) -> PersonalData:
        data = PersonalData(first_name=f"Attempt {number}")
        return _patiently(client, opening(person_id, data)).data

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(open_space, range(100)))
    assert len(set(answers)) == 1
    assert database["private_spaces"].count_documents({"_id": person_id}) == 1


def test_data_for_prefilling_are_kept(client: RpcClient) -> None:
    person_id = new_id()
    opened = client.call(opening(person_id, PersonalData(first_name="Léa")))
    saved = client.call(
        SavePersonalData(
            actor=actor(person_id),
            version=opened.version,
            data=PersonalData(first_name="Léa", last_name="Muster", phone="00352 621 000 000"),
        )
    )
    assert (saved.version, saved.data.phone) == (2, "+352621000000")
    assert client.call(GetPrivateSpace(actor=actor(person_id))) == saved


def test_two_saves_from_the_same_version_are_not_both_kept(client: RpcClient) -> None:
    person_id = new_id()
    client.call(opening(person_id, PersonalData()))

    def save(number: int) -> str:
        data = PersonalData(city=f"City {number}")
        try:
            return client.call(
                SavePersonalData(actor=actor(person_id), version=1, data=data), timeout=30
            ).data.city
        except StaleVersion:
            return "stale"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(save, range(20)))
    assert outcomes.count("stale") == 19
    kept = client.call(GetPrivateSpace(actor=actor(person_id)))
    assert (kept.version, [kept.data.city]) == (2, [city for city in outcomes if city != "stale"])


def test_wrong_data_change_nothing(client: RpcClient) -> None:
    person_id = new_id()
    opened = client.call(opening(person_id, PersonalData()))
    with pytest.raises(InvalidField, match="email"):
        client.call(SavePersonalData(actor=actor(person_id), version=1, data=PersonalData(email="no")))
    assert client.call(GetPrivateSpace(actor=actor(person_id))) == opened


def test_space_that_was_never_opened_is_not_found(client: RpcClient) -> None:
    with pytest.raises(NotFound):
        client.call(GetPrivateSpace(actor=actor(new_id())))


def test_opening_is_told_once(client: RpcClient, database: Database[dict[str, Any]]) -> None:
    person_id = new_id()
    for _ in range(3):
        client.call(opening(person_id, PersonalData()))
    found = eventually(lambda: database["private_spaces"].find_one({"_id": person_id, "outbox": []}))
    assert found["version"] == 1


def test_who_is_joined_brings_his_space_along(
    stores: Platform, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    person, former = new_id(), new_id()
    kept = client.call(opening(former, PersonalData(first_name="Léa", city="Esch")))
    publisher = EventPublisher(stores.env("identity")["AMQP_URL"], "identity")
    event = PersonsJoined(
        event_id=new_id(), occurred_at=datetime.now(UTC), person_id=person, former_id=former
    )
    for _ in range(3):
        publisher.publish(event)
    publisher.close()
    eventually(lambda: database["private_spaces"].count_documents({"_id": former}) == 0)
    assert client.call(GetPrivateSpace(actor=actor(person))) == replace(kept, person_id=person)
