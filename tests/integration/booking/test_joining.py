"""Persons who turn out to be one, over the real store and bus; the service may die at any step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.owners import MongoJoins, MongoOwners
from services.booking.domain.open_limit import owner_of
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.outbox import Outbox
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment, Assurance, GetAuditTrail, ListAppointmentsOfPerson
from services.contracts.credentials import PersonsJoined
from tests.integration.booking.conftest import Start
from tests.integration.booking.journeys import confirm_request, far_starts, hold_request
from tests.service_process import eventually
from tests.unit.booking.owners_suite import JoinsSuite, OwnersSuite

pytestmark = pytest.mark.integration

MORTAL = "tests.integration.booking.mortal"


class TestMongoOwners(OwnersSuite):
    """The shared suite over the store that services use."""

    @pytest.fixture
    def owners(
        self, stores: Platform, own_database: Database[dict[str, Any]], claims: MongoClaims
    ) -> MongoOwners:
        publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
        return MongoOwners(own_database, Outbox(own_database["claims"], publisher))


class TestMongoJoins(JoinsSuite):
    """The shared suite over the store that services use."""

    @pytest.fixture
    def joins(self, own_database: Database[dict[str, Any]]) -> MongoJoins:
        joins = MongoJoins(own_database)
        joins.prepare()
        return joins


def test_joins_that_are_watched_are_found_by_an_index(own_database: Database[dict[str, Any]]) -> None:
    MongoJoins(own_database).prepare()
    assert uses_index(own_database["joins"], {"watched_until": {"$exists": True}})


@pytest.fixture
def identity(stores: Platform) -> Iterator[EventPublisher]:
    publisher = EventPublisher(stores.env("identity")["AMQP_URL"], "identity")
    yield publisher
    publisher.close()


def book(client: RpcClient, starts_at: datetime, person_id: str) -> Appointment:
    holder = new_id()
    hold = client.call(hold_request(starts_at, holder=holder))
    identified = Assurance(method="luxtrust", level="high")
    return client.call(replace(confirm_request(hold, holder), person_id=person_id, assurance=identified))


def joined(person_id: str, former_id: str) -> PersonsJoined:
    return PersonsJoined(
        event_id=new_id(), occurred_at=datetime.now(UTC), person_id=person_id, former_id=former_id
    )


def ids(client: RpcClient, person_id: str) -> set[str]:
    found = client.call(ListAppointmentsOfPerson(person_id=person_id)).appointments
    return {appointment.appointment_id for appointment in found}


def steps(client: RpcClient, appointment_id: str) -> list[str]:
    return [step.what for step in client.call(GetAuditTrail(appointment_id=appointment_id)).steps]


def tickets(bookings: Database[dict[str, Any]], person_id: str) -> int:
    return bookings["tickets"].count_documents({"owner": owner_of(person_id, "")})


def test_what_was_booked_under_the_former_id_becomes_the_persons(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient, identity: EventPublisher
) -> None:
    start()
    person, former = new_id(), new_id()
    starts = far_starts(client)
    own, theirs = book(client, starts[0], person), book(client, starts[1], former)
    event = joined(person, former)
    for _ in range(3):
        identity.publish(event)
    both = {own.appointment_id, theirs.appointment_id}
    eventually(lambda: ids(client, person) == both)
    eventually(lambda: tickets(bookings, person) == 2)
    later = book(client, starts[2], former)
    eventually(lambda: ids(client, person) == both | {later.appointment_id})
    assert ids(client, former) == set()
    assert steps(client, theirs.appointment_id) == ["held", "booked", "owner_changed"]


@pytest.mark.parametrize("dies", ["note,1", "pass_on,1", "pass_on,2"])
def test_who_dies_on_the_way_leaves_nothing_behind(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient, identity: EventPublisher, dies: str
) -> None:
    mortal = start(MORTAL, DIES=dies)
    person, former = new_id(), new_id()
    booked = {book(client, at, former).appointment_id for at in far_starts(client)[:2]}
    identity.publish(joined(person, former))
    mortal.process.wait(90)
    start()
    eventually(lambda: ids(client, person) == booked)
    eventually(lambda: tickets(bookings, person) == 2)
    assert all(steps(client, one).count("owner_changed") == 1 for one in booked)
