"""The waiting list over the real service: offered in order, passed on, accepted; killed between two steps."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.booking.adapters.wishes import WISH_INDEXES, MongoWishes
from services.chassis.amqp import EventPublisher
from services.chassis.clock import TimeMachine
from services.chassis.mongo import uses_index
from services.chassis.outbox import Outbox
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment, CancelAppointment, GetAppointment
from services.contracts.earlier import (
    AcceptEarlier,
    AskForEarlier,
    DeclineEarlier,
    EarlierOffer,
    EarlierWish,
    GetEarlierWish,
)
from services.contracts.errors import ServiceTimeout, ServiceUnavailable
from services.contracts.wire import Request
from tests.integration.booking.conftest import Start
from tests.integration.booking.journeys import book, far_starts
from tests.integration.booking.test_killed import MORTAL, Ear, ear
from tests.service_process import ServiceProcess, eventually
from tests.unit.booking.builders import EIGHT
from tests.unit.booking.wishes_suite import WishesSuite

pytestmark = pytest.mark.integration
__all__ = ["ear"]
Document = dict[str, Any]

INSERTS_BEFORE_THE_OFFER = 6
"""Five slots held and one appointment cancelled."""


@pytest.fixture
def wishes(stores: Platform, own_database: Database[Document]) -> MongoWishes:
    publisher = EventPublisher(stores.env("booking")["AMQP_URL"], "booking")
    wishes = MongoWishes(own_database, Outbox(own_database["wishes"], publisher))
    wishes.prepare()
    return wishes


class TestMongoWishes(WishesSuite):
    """The shared suite over the store that the service uses."""


@pytest.mark.parametrize("query", [{"state": "waiting"}, {"state": "offered"}, {"before": {"$lte": EIGHT}}])
def test_every_query_of_the_list_is_answered_from_an_index(
    wishes: MongoWishes, own_database: Database[Document], query: Document
) -> None:
    assert WISH_INDEXES
    assert uses_index(own_database["wishes"], query)


@pytest.fixture
def machine(stores: Platform) -> Iterator[TimeMachine]:
    machine = TimeMachine(stores.urls["redis"])
    machine.reset()
    yield machine
    machine.reset()
    machine.close()


class Scene:
    """Two who wait, and three who have whatever would be earlier for them."""

    def __init__(self, client: RpcClient) -> None:
        self.client = client
        # In the demonstration a slot of another agent begins every five minutes.
        self.starts = far_starts(client)[40:]
        self.taken = [book(client, self.starts[n]) for n in range(3)]
        self.first, self.second = (book(client, self.starts[n]) for n in (5, 6))
        for waiter in (self.first, self.second):
            self.ask(AskForEarlier(appointment_id=waiter.appointment_id, not_before=self.starts[0]))

    def free_one(self) -> None:
        self.ask(CancelAppointment(appointment_id=self.taken[0].appointment_id, actor="citizen"))

    def wish(self, waiter: Appointment) -> EarlierWish:
        found: EarlierWish = self.ask(GetEarlierWish(appointment_id=waiter.appointment_id))
        return found

    def offer(self, waiter: Appointment) -> EarlierOffer:
        found: EarlierOffer = eventually(lambda: self.wish(waiter).offer)
        return found

    def ask(self, request: Request[Any]) -> Any:
        """Again until there is an answer, as a patient gateway would."""

        def answer() -> list[Any]:
            with suppress(ServiceTimeout, ServiceUnavailable):
                return [self.client.call(request, timeout=2)]
            return []

        return eventually(answer)[0]

    def accept(self, waiter: Appointment, offer: EarlierOffer) -> AcceptEarlier:
        return AcceptEarlier(appointment_id=waiter.appointment_id, offer_id=offer.offer_id, actor="citizen")


def test_a_freed_slot_goes_from_who_lets_it_pass_to_who_accepts_it(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear, machine: TimeMachine
) -> None:
    start()
    start()  # two replicas look for free time at once
    scene = Scene(client)
    scene.free_one()
    offer = scene.offer(scene.first)
    assert offer.starts_at == scene.starts[0]
    eventually(lambda: ear.has("earlier_slot_offered.v1", scene.first.appointment_id))
    assert scene.wish(scene.second).state == "waiting"

    machine.shift(timedelta(minutes=31))
    offer = scene.offer(scene.second)
    assert offer.starts_at == scene.starts[0]
    assert scene.wish(scene.first).state == "waiting"

    accept = scene.accept(scene.second, offer)
    moved = [scene.ask(accept) for _click in range(2)]
    assert moved[0] == moved[1]
    assert (moved[0].starts_at, moved[0].version) == (scene.starts[0], 2)
    eventually(lambda: ear.has("appointment_moved.v1", scene.second.appointment_id))
    assert scene.wish(scene.second).state == "none"
    eventually(lambda: scene.second.starts_at in far_starts(client))
    assert len(_documents(bookings, scene.second)) == 1


def test_killed_between_the_hold_and_the_offer_it_is_made_once_and_told(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear
) -> None:
    mortal = start(MORTAL, DIES=f"insert,{INSERTS_BEFORE_THE_OFFER + 1}")
    scene = Scene(client)
    scene.free_one()
    _dead(mortal)
    held = _offered(bookings)
    assert len(held) == 1
    assert bookings["wishes"].find_one({"_id": scene.first.appointment_id, "state": "waiting"})
    start()
    assert scene.offer(scene.first).offer_id == held[0]["appointment_id"]
    eventually(lambda: ear.has("earlier_slot_offered.v1", scene.first.appointment_id))
    assert len(_offered(bookings)) == 1
    assert scene.wish(scene.second).state == "waiting"


def test_killed_right_after_an_offer_was_accepted_it_stands_and_the_wish_ends(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear
) -> None:
    mortal = start(MORTAL, DIES="accept,1")
    scene = Scene(client)
    scene.free_one()
    accept = scene.accept(scene.first, scene.offer(scene.first))
    _die(client, mortal, accept)
    assert max(document["version"] for document in _documents(bookings, scene.first)) == 2
    start()
    eventually(lambda: scene.wish(scene.first).state == "none")
    assert scene.ask(accept).version == 2
    eventually(lambda: ear.has("appointment_moved.v1", scene.first.appointment_id))
    eventually(lambda: len(_documents(bookings, scene.first)) == 1)
    found = client.call(GetAppointment(appointment_id=scene.first.appointment_id))
    assert found.starts_at == scene.starts[0]
    eventually(lambda: scene.first.starts_at in far_starts(client))


def test_killed_while_an_offer_is_declined_it_goes_to_the_next(
    bookings: Database[Document], start: Start, client: RpcClient
) -> None:
    mortal = start(MORTAL, DIES="lapse,1")
    scene = Scene(client)
    scene.free_one()
    offer = scene.offer(scene.first)
    decline = DeclineEarlier(appointment_id=scene.first.appointment_id, offer_id=offer.offer_id)
    _die(client, mortal, decline)
    start()
    assert scene.offer(scene.second).starts_at == scene.starts[0]
    assert scene.ask(decline).offers_left == 2
    assert scene.wish(scene.first).state == "waiting"
    assert [document["by"] for document in bookings["passed"].find()] == [[scene.first.appointment_id]]


def _die(client: RpcClient, replica: ServiceProcess, request: Request[Any]) -> None:
    with pytest.raises((ServiceTimeout, ServiceUnavailable)):
        client.call(request, timeout=5)
    _dead(replica)


def _dead(replica: ServiceProcess) -> None:
    assert replica.process.wait(90) == -signal.SIGKILL


def _documents(bookings: Database[Document], appointment: Appointment) -> list[Document]:
    return list(bookings["claims"].find({"appointment_id": appointment.appointment_id}))


def _offered(bookings: Database[Document]) -> list[Document]:
    return list(bookings["claims"].find({"offered_to": {"$gt": ""}}))
