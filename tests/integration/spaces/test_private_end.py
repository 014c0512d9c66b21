"""What becomes of a private space through the real bus, read in the store itself: deleted, restored, gone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.rpc_client import RpcClient
from services.contracts import professional as p
from services.contracts.booking_events import AppointmentBooked, AppointmentCancelled
from services.contracts.consents import APPOINTMENT, Consent, ListConsents
from services.contracts.errors import NotFound
from services.contracts.space_access import ACTIVE, DELETED, Actor
from services.contracts.spaces import (
    GetPrivateSpace,
    ListDataChanges,
    OpenPrivateSpace,
    PersonalData,
    PrivateSpace,
    SavePersonalData,
)
from tests.service_process import eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("replicas")]


@pytest.fixture
def booking(stores: Platform) -> Iterator[EventPublisher]:
    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    yield publisher
    publisher.close()


@pytest.fixture
def lea() -> Actor:
    return Actor(
        person_id=new_id(), credential_id=new_id(), number="1" * 20, name="Léa Muster", kind="private"
    )


def opened(client: RpcClient, who: Actor, city: str = "Vianden") -> PrivateSpace:
    data = PersonalData(
        first_name="Léa",
        last_name="Muster",
        email="lea.muster@mail.example",
        phone="+352621000000",
        city=city,
    )
    return client.call(OpenPrivateSpace(actor=who, data=data, consent_version="2026-11"), timeout=30)


def delete(client: RpcClient, who: Actor) -> None:
    client.call(p.DeleteSpace(actor=who, space_id=who.person_id))


def booked(who: Actor, appointment_id: str) -> AppointmentBooked:
    now = datetime.now(UTC)
    return AppointmentBooked(
        event_id=new_id(),
        occurred_at=now,
        appointment_id=appointment_id,
        appointment_version=1,
        kind="information-documents",
        language="fr",
        agent_id="agent-1",
        starts_at=now + timedelta(days=7),
        ends_at=now + timedelta(days=7, minutes=20),
        assurance_method="luxtrust",
        person_id=who.person_id,
        consent_version="2026-11",
    )


def everything(database: Database[dict[str, Any]]) -> str:
    """All that stands in any collection of the service."""
    return " ".join(str(row) for name in database.list_collection_names() for row in database[name].find())


def end_grace(database: Database[dict[str, Any]], who: Actor) -> None:
    """As if the thirty days had passed."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    database["private_spaces"].update_one({"_id": who.person_id}, {"$set": {"gone_at": past, "due_at": past}})


def test_when_the_grace_is_over_no_collection_knows_anything_of_the_person(
    client: RpcClient, booking: EventPublisher, database: Database[dict[str, Any]], lea: Actor
) -> None:
    only_here, appointment_id = f"Vianden {new_id()}", new_id()
    opened(client, lea, only_here)
    booking.publish(booked(lea, appointment_id))
    eventually(lambda: database["consents"].find_one({"_id": appointment_id}))
    delete(client, lea)
    marks = (only_here, lea.person_id, appointment_id)
    before = everything(database)
    assert all(said in before for said in marks)
    end_grace(database, lea)
    eventually(lambda: database["private_spaces"].count_documents({"_id": lea.person_id}) == 0)
    left = everything(database)
    assert [said for said in marks if said in left] == []
    with pytest.raises(NotFound):
        client.call(GetPrivateSpace(actor=lea))


def test_hundred_creations_beside_a_deleted_one_make_no_second_and_bring_nothing_back(
    client: RpcClient, database: Database[dict[str, Any]], lea: Actor
) -> None:
    opened(client, lea)
    delete(client, lea)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda number: opened(client, lea, f"City {number}"), range(100)))
    assert {(one.state, one.data) for one in answers} == {(DELETED, PersonalData())}
    assert database["private_spaces"].count_documents({"_id": lea.person_id}) == 1
    client.call(p.RestoreSpace(actor=lea, space_id=lea.person_id))
    assert client.call(GetPrivateSpace(actor=lea)).data.city == "Vianden"


def test_a_new_space_after_the_end_is_empty(
    client: RpcClient, database: Database[dict[str, Any]], lea: Actor
) -> None:
    opened(client, lea)
    delete(client, lea)
    end_grace(database, lea)
    eventually(lambda: database["private_spaces"].count_documents({"_id": lea.person_id}) == 0)
    found = client.call(OpenPrivateSpace(actor=lea, data=PersonalData(), consent_version="2026-11"))
    assert (found.state, found.version, found.data) == (ACTIVE, 1, PersonalData())


def test_the_store_keeps_who_changed_which_field_and_not_what_stood_there(
    client: RpcClient, database: Database[dict[str, Any]], lea: Actor
) -> None:
    space = opened(client, lea, "Troisvierges")
    data = PersonalData(first_name="Léa", city="Esch")
    client.call(SavePersonalData(actor=lea, version=space.version, data=data))
    stored = str(database["private_spaces"].find_one({"_id": lea.person_id}))
    assert ("Troisvierges" in stored, "Esch" in stored) == (False, True)
    latest = client.call(ListDataChanges(actor=lea)).changes[0]
    assert (latest.what, latest.certificate) == ("saved", "1111")
    assert set(latest.fields) == {"last_name", "email", "phone", "city"}


def test_a_consent_comes_with_the_booking_and_goes_with_the_cancellation_in_whatever_order(
    client: RpcClient, booking: EventPublisher, lea: Actor
) -> None:
    first, second = new_id(), new_id()
    for appointment_id in (first, second):
        told = [booked(lea, appointment_id), cancelled(appointment_id)]
        for event in told if appointment_id == first else reversed(told):
            booking.publish(event)
            booking.publish(event)

    def withdrawn() -> list[Consent]:
        found = client.call(ListConsents(actor=lea)).consents
        return [one for one in found if one.withdrawn_at and one.purpose == APPOINTMENT]

    eventually(lambda: len(withdrawn()) == 2)
    assert {one.appointment_id for one in withdrawn()} == {first, second}
    assert {one.text_version for one in withdrawn()} == {"2026-11"}


def cancelled(appointment_id: str) -> AppointmentCancelled:
    return AppointmentCancelled(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        appointment_id=appointment_id,
        appointment_version=2,
    )


def test_every_query_of_private_spaces_and_consents_has_an_index(
    database: Database[dict[str, Any]], lea: Actor
) -> None:
    spaces, consents = database["private_spaces"], database["consents"]
    for query in ({"due_at": {"$lte": datetime.now(UTC)}}, {"state": "gone"}):
        assert uses_index(spaces, query), query
    for query in ({"noted_at": {"$lte": datetime.now(UTC)}}, {"person_id": lea.person_id}):
        assert uses_index(consents, query), query
