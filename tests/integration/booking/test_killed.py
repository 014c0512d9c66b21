"""The service killed (SIGKILL) at each step and at random: a booking with its event, or none."""

import json
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import amqp
import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.amqp import EventPublisher, connect
from services.chassis.codec import from_wire
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import (
    Appointment,
    CancelAppointment,
    GetAppointment,
    GetAuditTrail,
    MoveAppointment,
    RenewLink,
)
from services.contracts.booking_events import HoldLapsed
from services.contracts.errors import ServiceTimeout, ServiceUnavailable, StaleVersion
from services.contracts.media_events import CitizenJoined
from services.contracts.slots import HoldSlot, ReleaseHold
from services.contracts.wire import EVENTS, Request
from tests.integration.booking.conftest import Start
from tests.integration.booking.journeys import ROUNDS, book, confirm_request, far_starts, hold_request
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration

MORTAL = "tests.integration.booking.mortal"
Document = dict[str, Any]


class Ear:
    """Hears every event of booking; `told` by type and appointment, an event told twice counts once."""

    def __init__(self, channel: amqp.Channel) -> None:
        self._channel, self._seen = channel, set[str]()
        self._queue = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(self._queue, "booking.events", "#")
        self.told: Counter[tuple[str, str]] = Counter()

    def has(self, kind: str, appointment_id: str) -> bool:
        while message := self._channel.basic_get(self._queue, no_ack=True):
            self._hear(message)
        return self.told[kind, appointment_id] == 1

    def _hear(self, message: Any) -> None:
        key = message.delivery_info["routing_key"]
        event: Any = from_wire(EVENTS["booking", key], json.loads(message.body))
        if event.event_id not in self._seen:
            self._seen.add(event.event_id)
            self.told[key, event.appointment_id] += 1


@pytest.fixture
def ear(stores: Platform) -> Iterator[Ear]:
    connection = connect(stores.urls["amqp"])
    yield Ear(connection.channel())
    connection.close()


def _persist(client: RpcClient, request: Request[Any]) -> Any:
    """Ask the same again until there is an answer, as a patient gateway would."""

    def answer() -> list[Any]:
        with suppress(ServiceTimeout, ServiceUnavailable):
            return [client.call(request, timeout=2)]
        return []

    return eventually(answer)[0]


def _die(client: RpcClient, replica: ServiceProcess, request: Request[Any]) -> None:
    with pytest.raises((ServiceTimeout, ServiceUnavailable)):
        client.call(request, timeout=5)
    assert replica.process.wait(90) == -signal.SIGKILL


def _documents(bookings: Database[Document], appointment_id: str) -> list[Document]:
    return list(bookings["claims"].find({"appointment_id": appointment_id}))


def test_killed_after_a_confirmation_it_is_made_once_and_told(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear
) -> None:
    mortal = start(MORTAL, DIES="confirm,1")
    request = hold_request(far_starts(client)[0])
    hold = client.call(request)
    confirm = confirm_request(hold, request.holder)
    _die(client, mortal, confirm)
    assert [d["state"] for d in _documents(bookings, hold.appointment_id)] == ["booked"]
    start()
    eventually(lambda: ear.has("appointment_booked.v1", hold.appointment_id))
    assert _persist(client, confirm).state == "booked"
    assert len(_documents(bookings, hold.appointment_id)) == 1


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_killed_after_the_deciding_step_of_a_change_it_is_made_once_and_told(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear, change: str
) -> None:
    mortal = start(MORTAL, DIES="insert,2")
    starts = far_starts(client)
    booked = book(client, starts[0])
    request = _change(change, booked, starts[8])
    _die(client, mortal, request)
    assert len(_documents(bookings, booked.appointment_id)) == 2
    start()
    assert _persist(client, request).version == 2
    told = {"move": "appointment_moved.v1", "cancel": "appointment_cancelled.v1"}[change]
    eventually(lambda: ear.has(told, booked.appointment_id))
    eventually(lambda: len(_documents(bookings, booked.appointment_id)) == 1)
    assert starts[0] in far_starts(client)


def _change(change: str, booked: Appointment, to: datetime) -> Request[Any]:
    if change == "move":
        return MoveAppointment(appointment_id=booked.appointment_id, starts_at=to, actor="citizen")
    return CancelAppointment(appointment_id=booked.appointment_id, actor="citizen")


def test_an_interrupted_move_is_finished_though_nobody_asks_again(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear
) -> None:
    mortal = start(MORTAL, DIES="insert,2")
    starts = far_starts(client)
    booked = book(client, starts[0])
    _die(client, mortal, _change("move", booked, starts[8]))
    assert len(_documents(bookings, booked.appointment_id)) == 2
    start()
    eventually(lambda: ear.has("appointment_moved.v1", booked.appointment_id))
    eventually(lambda: len(_documents(bookings, booked.appointment_id)) == 1)
    assert client.call(GetAppointment(appointment_id=booked.appointment_id)).starts_at == starts[8]


def test_a_hold_released_by_a_dying_process_is_told_of_and_free(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear
) -> None:
    mortal = start(MORTAL, DIES="lapse,1")
    first = far_starts(client)[0]
    hold = client.call(hold_request(first, holder="holder-1"))
    _die(client, mortal, ReleaseHold(appointment_id=hold.appointment_id, holder="holder-1"))
    start()
    eventually(lambda: ear.has(HoldLapsed.type, hold.appointment_id))
    eventually(lambda: not _documents(bookings, hold.appointment_id))
    assert first in far_starts(client)


def test_killed_when_the_citizen_has_come_it_is_known_once_and_told(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear, media: EventPublisher
) -> None:
    mortal = start(MORTAL, DIES="add,1")
    booked = book(client, far_starts(client)[0])
    came = CitizenJoined(
        event_id=new_id(),
        occurred_at=datetime.now(UTC),
        room_id=booked.appointment_id,
        appointment_version=1,
    )
    media.publish(came)
    assert mortal.process.wait(90) == -signal.SIGKILL
    start()
    eventually(lambda: ear.has("appointment_progressed.v1", booked.appointment_id))
    trail = client.call(GetAuditTrail(appointment_id=booked.appointment_id))
    assert [step.what for step in trail.steps] == ["held", "booked", "arrived"]
    assert client.call(GetAppointment(appointment_id=booked.appointment_id)).state == "arrived"


def test_killed_when_a_link_is_renewed_it_is_renewed_once_and_told(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear
) -> None:
    mortal = start(MORTAL, DIES="amend,1")
    booked = book(client, far_starts(client)[0])
    renew = RenewLink(appointment_id=booked.appointment_id, generation=1, actor="agent-x")
    _die(client, mortal, renew)
    start()
    eventually(lambda: ear.has("link_renewed.v1", booked.appointment_id))
    with pytest.raises(StaleVersion):
        _persist(client, renew)
    assert client.call(GetAppointment(appointment_id=booked.appointment_id)).link_generation == 2
    eventually(lambda: bookings["claims"].count_documents({"supersedes": {"$gt": ""}}) == 0)


def test_killed_at_random_nothing_is_lost_doubled_or_blocked(
    bookings: Database[Document], start: Start, client: RpcClient, ear: Ear
) -> None:
    victim = start()
    starts = far_starts(client)
    finished = threading.Event()
    reaper = threading.Thread(target=_reap, args=(start, victim, finished))
    reaper.start()
    made = [_journey(client, starts[4 * n : 4 * n + 4]) for n in range(ROUNDS)]
    finished.set()
    reaper.join()
    for appointment_id, kinds in made:
        for kind in kinds:
            eventually(lambda k=kind, a=appointment_id: ear.has(k, a))
        eventually(lambda a=appointment_id: len(_documents(bookings, a)) == 1)
    assert set(far_starts(client)) == set(starts) - {
        claim["starts_at"] for claim in bookings["claims"].find({"state": "booked"})
    }


def _reap(start: Start, victim: ServiceProcess, finished: threading.Event) -> None:
    """Kill the one replica at a random moment and start the next, until told to stop."""
    luck = random.Random(7)
    while not finished.wait(luck.uniform(0.05, 1.5)):
        victim.kill()
        victim = start()


def _journey(client: RpcClient, starts: list[datetime]) -> tuple[str, list[str]]:
    """Book, move, and every other time cancel, each repeated until answered."""
    request: HoldSlot = hold_request(starts[0])
    hold = _persist(client, request)
    booked = _persist(client, confirm_request(hold, request.holder))
    moved = _persist(client, _change("move", booked, starts[2]))
    kinds = ["appointment_booked.v1", "appointment_moved.v1"]
    if moved.starts_at.minute % 2:
        _persist(client, _change("cancel", booked, starts[2]))
        kinds.append("appointment_cancelled.v1")
    return booked.appointment_id, kinds
