"""What `media` tells reaches the appointments, over the bus; what runs out is told of within seconds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import CancelAppointment, GetAppointment
from services.contracts.errors import AppointmentStarted
from services.contracts.media_events import CitizenJoined, ConsultationEnded
from tests.integration.booking.conftest import Start
from tests.integration.booking.journeys import book, far_starts, hold_request
from tests.service_process import eventually

pytestmark = pytest.mark.integration


def _joined(room_id: str) -> CitizenJoined:
    return CitizenJoined(event_id=new_id(), occurred_at=datetime.now(UTC), room_id=room_id)


def _ended(room_id: str) -> ConsultationEnded:
    now = datetime.now(UTC)
    return ConsultationEnded(
        event_id=new_id(), occurred_at=now, room_id=room_id, ended_at=now, outcome="held"
    )


def _state_but_booked(client: RpcClient, appointment_id: str) -> str:
    state = client.call(GetAppointment(appointment_id=appointment_id)).state
    return "" if state == "booked" else state


def test_after_a_join_the_citizen_cannot_cancel_and_an_end_is_its_state(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient, media: EventPublisher
) -> None:
    start()
    booked = book(client, far_starts(client)[0])
    joined = _joined(booked.appointment_id)
    media.publish(joined)
    media.publish(joined)
    state = eventually(lambda: _state_but_booked(client, booked.appointment_id))
    assert state == "arrived"
    with pytest.raises(AppointmentStarted):
        client.call(CancelAppointment(appointment_id=booked.appointment_id, actor="citizen"))
    media.publish(_ended(booked.appointment_id))
    eventually(lambda: client.call(GetAppointment(appointment_id=booked.appointment_id)).state == "held")


def test_a_hold_that_ran_out_is_swept_within_seconds(
    bookings: Database[dict[str, Any]], start: Start, client: RpcClient
) -> None:
    start()
    hold = client.call(hold_request(far_starts(client)[0]))
    bookings["claims"].update_one(
        {"appointment_id": hold.appointment_id},
        {"$set": {"held_until": datetime.now(UTC) - timedelta(seconds=1)}},
    )
    eventually(lambda: bookings["claims"].count_documents({}) == 0, 5)
