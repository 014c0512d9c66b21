"""Procedures over the real store, sealed; many devices at once and booking's news over the real bus."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import EventPublisher
from services.chassis.clock import SystemClock
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import SecretKey
from services.chassis.vault.cipher import Tampered, new_key
from services.chassis.vault.keys import MasterKeys, OwnedKeys
from services.contracts import booking_events as events
from services.contracts import procedures as pr
from services.contracts import professional
from services.contracts import spaces as private
from services.contracts.errors import PlatformError, StaleVersion
from services.contracts.space_access import Actor
from services.spaces.adapters.keys import VaultSpaceKeys
from services.spaces.adapters.procedures import MongoProcedures
from services.spaces.domain.procedure import NOTHING
from tests.service_process import eventually
from tests.unit.spaces.procedure_suite import ProceduresSuite, kept, procedure

pytestmark = pytest.mark.integration
AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def keys(own_database: Database[dict[str, Any]]) -> VaultSpaceKeys:
    master = MasterKeys([SecretKey(base64.b64encode(new_key()).decode())])
    return VaultSpaceKeys(OwnedKeys(own_database, master, "space"), SystemClock())


@pytest.fixture
def procedures(own_database: Database[dict[str, Any]], keys: VaultSpaceKeys) -> MongoProcedures:
    made = MongoProcedures(own_database, keys)
    made.prepare()
    return made


class TestMongoProcedures(ProceduresSuite):
    """The shared suite over the store that services use."""


def test_nothing_that_was_typed_can_be_read_in_the_store(
    procedures: MongoProcedures, own_database: Database[dict[str, Any]]
) -> None:
    procedures.add(procedure())
    stored = str(own_database["procedures"].find_one())
    assert "Söhne" not in stored
    assert "information" not in stored


def test_what_is_sealed_opens_in_its_own_procedure_alone(
    procedures: MongoProcedures, own_database: Database[dict[str, Any]]
) -> None:
    procedures.add(procedure())
    procedures.add(procedure(2, place=2))
    other = own_database["procedures"].find_one({"_id": procedure(2).procedure_id})
    assert other is not None
    change = {"$set": {"sealed": other["sealed"]}}
    own_database["procedures"].update_one({"_id": procedure().procedure_id}, change)
    with pytest.raises(Tampered):
        procedures.get(procedure().procedure_id)


def test_with_its_spaces_key_all_that_was_typed_is_gone(
    procedures: MongoProcedures, keys: VaultSpaceKeys
) -> None:
    procedures.add(procedure())
    keys.destroy("space-1")
    assert kept(procedures).content == NOTHING


def test_without_its_index_a_place_would_be_taken_twice(
    own_database: Database[dict[str, Any]], keys: VaultSpaceKeys
) -> None:
    """That it is this index, and nothing else, which keeps the eleventh draft out."""
    unprepared = MongoProcedures(own_database, keys)
    assert unprepared.add(procedure())
    assert unprepared.add(procedure(2))


def test_every_query_has_an_index(
    procedures: MongoProcedures, own_database: Database[dict[str, Any]]
) -> None:
    procedures.add(procedure())
    for query in (
        {"space_id": "s", "state": "draft"},
        {"space_id": "s"},
        {"begun_by": "p"},
        {"changed_by": "p"},
        {"due_at": {"$lte": AT}},
    ):
        assert uses_index(own_database["procedures"], query), query


# --- over the bus ---


@pytest.fixture(scope="module")
def client(client: RpcClient, replicas: None) -> RpcClient:
    """With it the service runs; the tests above have the store to themselves."""
    return client


@pytest.fixture(scope="module")
def booking(stores: Platform) -> Iterator[EventPublisher]:
    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    yield publisher
    publisher.close()


@pytest.fixture
def stored(stores: Platform) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](stores.urls["mongo"], tz_aware=True) as client:
        yield client["spaces"]["procedures"]


@pytest.fixture
def lea(client: RpcClient) -> Actor:
    """Somebody with a private space."""
    unique = new_id()
    actor = Actor(
        person_id=f"p-{unique}", credential_id=f"c-{unique}", number="", name="Léa Muster", kind="private"
    )
    opening = private.OpenPrivateSpace(actor=actor, data=private.PersonalData(), consent_version="1")
    client.call(opening, timeout=30)
    return actor


def saving(who: Actor, procedure_id: str, version: int = 0, text: str = "{}") -> pr.SaveDraft:
    return pr.SaveDraft(
        actor=who,
        space_id=who.person_id,
        procedure_id=procedure_id,
        version=version,
        step="time",
        about="information",
        content=text,
    )


def outcome(client: RpcClient, request: pr.SaveDraft) -> str:
    try:
        return str(client.call(request, timeout=30).version)
    except PlatformError as error:
        return type(error).__name__


def booked(procedure_id: str) -> events.AppointmentBooked:
    return events.AppointmentBooked(
        event_id=new_id(),
        occurred_at=AT - timedelta(days=1),
        appointment_id="a-1",
        appointment_version=1,
        kind="video",
        language="de",
        agent_id="agent-1",
        starts_at=AT,
        ends_at=AT + timedelta(minutes=20),
        assurance_method="luxtrust",
        person_id="p-1",
        procedure_id=procedure_id,
    )


def test_fifty_drafts_that_begin_at_once_are_ten(client: RpcClient, lea: Actor, stored: Any) -> None:
    wanted = [saving(lea, new_id()) for _ in range(50)]

    def patiently(request: pr.SaveDraft) -> str:
        for _attempt in range(10):
            if (found := outcome(client, request)) in ("1", "TooManyDrafts"):
                return found
        return found

    with ThreadPoolExecutor(50) as pool:
        outcomes = Counter(pool.map(patiently, wanted))
    assert outcomes == {"1": pr.MOST_DRAFTS, "TooManyDrafts": 40}
    places = sorted(one["place"] for one in stored.find({"space_id": lea.person_id}))
    assert places == list(range(1, pr.MOST_DRAFTS + 1))


def test_of_twenty_devices_that_save_over_the_same_version_one_does(client: RpcClient, lea: Actor) -> None:
    procedure_id = new_id()
    client.call(saving(lea, procedure_id))
    wanted = [saving(lea, procedure_id, 1, f'{{"from": {number}}}') for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(pool.map(lambda request: outcome(client, request), wanted))
    assert outcomes == {"2": 1, StaleVersion.__name__: 19}


def test_what_booking_tells_in_any_order_ends_the_same(
    client: RpcClient, lea: Actor, booking: EventPublisher
) -> None:
    procedure_id = new_id()
    client.call(saving(lea, procedure_id, text='{"typed": {}}'))
    news = booked(procedure_id)
    moved = events.AppointmentMoved(
        event_id=new_id(),
        occurred_at=AT,
        appointment_id="a-1",
        appointment_version=2,
        agent_id="agent-2",
        starts_at=AT + timedelta(days=1),
        ends_at=AT + timedelta(days=1, minutes=20),
        procedure_id=procedure_id,
    )
    over = events.AppointmentProgressed(
        event_id=new_id(), occurred_at=AT, appointment_id="a-1", state="held", procedure_id=procedure_id
    )
    for event in (over, moved, news, moved, over):
        booking.publish(event)

    def found() -> pr.Procedure:
        request = pr.GetProcedure(actor=lea, space_id=lea.person_id, procedure_id=procedure_id)
        return client.call(request)

    eventually(lambda: (found().state, found().starts_at) == (pr.DONE, moved.starts_at))
    assert (found().content, found().appointment_id) == ("", "a-1")
    assert outcome(client, saving(lea, procedure_id, 1)) == "ProcedureOver"


def test_the_end_of_a_space_takes_its_procedures(
    stores: Platform, client: RpcClient, lea: Actor, stored: Any
) -> None:
    client.call(saving(lea, new_id()))
    client.call(professional.DeleteSpace(actor=lea, space_id=lea.person_id))
    assert stored.count_documents({"space_id": lea.person_id}) == 1
    past = datetime.now(UTC) - timedelta(seconds=1)
    with MongoClient[dict[str, Any]](stores.urls["mongo"], tz_aware=True) as store:
        change = {"$set": {"gone_at": past, "due_at": past}}
        store["spaces"]["private_spaces"].update_one({"_id": lea.person_id}, change)
    eventually(lambda: stored.count_documents({"space_id": lea.person_id}) == 0)


def test_an_untouched_draft_goes_by_itself(client: RpcClient, lea: Actor, stored: Any) -> None:
    untouched, touched = new_id(), new_id()
    for procedure_id in (untouched, touched):
        client.call(saving(lea, procedure_id))
    past = datetime.now(UTC) - timedelta(days=91)
    stored.update_one({"_id": untouched}, {"$set": {"changed_at": past, "due_at": past}})
    eventually(lambda: stored.find_one(untouched) is None)
    assert stored.find_one(touched) is not None
