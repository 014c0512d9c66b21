"""What the back office does to change what can be booked: look at it, then make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.booking import entries
from services.booking.domain.catalogue import Agent
from services.chassis.ids import new_id
from services.contracts import calendars as contract
from services.contracts.booking import Appointment
from tests.unit.booking.builders import FIRST_SLOT, World

STAFF = "staff-1"


def office(world: World) -> contract.CalendarEntry:
    (entry,) = world.booking.get_catalogue().calendars
    return entry


def entry_of(member: Agent) -> contract.AgentEntry:
    return entries._agent(member)


def away(
    agent_id: str = "agent-a",
    starts_at: datetime = FIRST_SLOT,
    hours: float = 8,
    absence_id: str = "absence-1",
) -> contract.Change:
    until = starts_at + timedelta(hours=hours)
    return contract.Change(
        absence=contract.Absence(absence_id=absence_id, agent_id=agent_id, starts_at=starts_at, until=until)
    )


def preview(world: World, change: contract.Change) -> contract.Impact:
    return world.booking.preview_change(contract.PreviewChange(change=change))


def request(
    change: contract.Change, impact: contract.Impact, key: str = "", **changes: Any
) -> contract.ApplyChange:
    asked = contract.ApplyChange(
        change=change,
        revision=impact.revision,
        impact_digest=impact.digest,
        actor=STAFF,
        change_key=key or new_id(),
    )
    return replace(asked, **changes)


def apply(world: World, change: contract.Change, key: str = "") -> contract.Applied:
    """Look at it first, as one must."""
    return world.booking.apply_change(request(change, preview(world, change), key))


def get(world: World, appointment: Appointment) -> Appointment:
    return world.booking.appointments.get(appointment.appointment_id)


def displaced(world: World) -> list[str]:
    return [found.appointment_id for found in world.booking.list_displaced().appointments]
