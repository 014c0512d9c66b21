"""Two clicks on "Confirm and book" at the same moment: one appointment, one event, one mail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import amqp
import pytest

from deploy.dev.platform import Platform
from services.chassis.amqp import connect, events_exchange
from services.chassis.rpc_client import RpcClient
from services.contracts.booking_events import AppointmentBooked
from services.contracts.notify import ListDeliveries
from tests.e2e.files_to_send import identity_card
from tests.e2e.plain_browser import PlainBrowser, to_identity
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

ADDRESS = "twice@example.lu"


class Listener:
    """Hears every confirmed booking from now on."""

    def __init__(self, channel: amqp.Channel) -> None:
        self._channel = channel
        self._queue = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(self._queue, events_exchange("booking"), AppointmentBooked.type)

    def count_of(self, appointment_id: str) -> int:
        """How many of the events so far tell of this appointment."""
        heard = iter(lambda: self._channel.basic_get(self._queue, no_ack=True), None)
        return sum(json.loads(told.body)["appointment_id"] == appointment_id for told in heard)


@pytest.fixture
def listener(platform: Platform) -> Iterator[Listener]:
    connection = connect(platform.urls["amqp"])
    yield Listener(connection.channel())
    connection.close()


@pytest.fixture
def bus(platform: Platform) -> Iterator[RpcClient]:
    client = RpcClient(platform.env("gateway-pages")["AMQP_URL"], "tests")
    yield client
    client.close()


def _click_twice(browser: PlainBrowser) -> list[str]:
    """Where the two clicks lead."""
    together = Barrier(2)

    def click(one: PlainBrowser) -> str:
        with one:
            together.wait()
            return one.post("/book/review").path

    with ThreadPoolExecutor(2) as fingers:
        return list(fingers.map(click, [browser.twin(), browser.twin()]))


def test_a_double_click_on_confirm_books_once(
    plain: PlainBrowser, stage: World, listener: Listener, bus: RpcClient
) -> None:
    to_identity(plain, email=ADDRESS)
    plain.upload("/files/identity-copy", identity_card())
    assert _click_twice(plain.open("/book/review")) == ["/book/done", "/book/done"]
    assert stage.stores.appointments_of(ADDRESS) == 1

    appointment_id = stage.stores.appointment_of(ADDRESS)
    eventually(stage.stores.booking_has_told_everything)
    assert listener.count_of(appointment_id) == 1

    asked = ListDeliveries(appointment_id=appointment_id)
    eventually(lambda: [d.state for d in bus.call(asked).deliveries] == ["sent"])
    assert len(stage.mailbox.wait_for(ADDRESS)) == 1
