"""What is done with an appointment once there is one: read, cancelled, moved, come to, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.contracts.booking import Appointment, CancelAppointment, GetAppointment, MoveAppointment
from services.contracts.media_events import CitizenJoined, ConsultationEnded
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, World

NEXT = FIRST_SLOT + LENGTH


def get(world: World, appointment_id: str) -> Appointment:
    return world.booking.get_appointment(GetAppointment(appointment_id=appointment_id))


def cancel(world: World, appointment: Appointment, actor: str = "citizen") -> Appointment:
    request = CancelAppointment(appointment_id=appointment.appointment_id, actor=actor)
    return world.booking.cancel_appointment(request)


def move(
    world: World, appointment: Appointment, starts_at: datetime = NEXT, actor: str = "citizen"
) -> Appointment:
    request = MoveAppointment(appointment_id=appointment.appointment_id, starts_at=starts_at, actor=actor)
    return world.booking.move_appointment(request)


def join(world: World, appointment: Appointment) -> None:
    event = CitizenJoined(
        event_id="event-1", occurred_at=world.clock.now(), room_id=appointment.appointment_id
    )
    world.booking.note_progress(event)


def end(world: World, appointment: Appointment, outcome: str, minutes: int = 0) -> None:
    at = world.clock.now() + timedelta(minutes=minutes)
    event = ConsultationEnded(
        event_id=f"end-{minutes}",
        occurred_at=at,
        room_id=appointment.appointment_id,
        ended_at=at,
        outcome=outcome,
    )
    world.booking.note_progress(event)
