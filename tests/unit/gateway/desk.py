"""The console's desk as unit tests use it: who works there, and what stands in its books."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.contracts import booking as b
from services.contracts.booking_desk import AgentDay, AgentDays, CountAppointments
from services.contracts.errors import NotFound, StaleVersion
from services.contracts.identity import GetPrincipal, Principal
from services.contracts.notify import Deliveries, Delivery, ListDeliveries
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import NOW

ID = "appointment-1"


class FakeDesk:
    """What booking, identity and notify answer to the desk, beside what the citizens' fakes do."""

    def __init__(self, world: Any) -> None:
        self.booking = world.booking
        self.steps: tuple[b.AuditStep, ...] = (
            b.AuditStep(at=NOW, what="held", who="citizen", origin="page:00ff", version=1),
            b.AuditStep(at=NOW, what="moved", who="agent-ben", origin="console:11aa", version=2),
            b.AuditStep(at=NOW, what="lapsed", who="platform", origin="", version=2),
        )
        self.mails: tuple[Delivery, ...] = (
            Delivery(kind="confirmation", state="sent", attempts=1, changed_at=NOW),
            Delivery(kind="something_new", state="failed", attempts=3, changed_at=NOW),
        )
        self.counted: tuple[AgentDay, ...] = ()

    def count_appointments(self, request: CountAppointments) -> AgentDays:
        inside = tuple(day for day in self.counted if request.first <= day.day <= request.last)
        return AgentDays(days=inside)

    def get_audit_trail(self, request: b.GetAuditTrail) -> b.AuditTrail:
        return b.AuditTrail(steps=self.steps)

    def list_deliveries(self, request: ListDeliveries) -> Deliveries:
        return Deliveries(deliveries=self.mails)

    def get_principal(self, request: GetPrincipal) -> Principal:
        if request.subject_id != "agent-ben":
            raise NotFound("person")
        values = {"audience": "staff", "subject_id": "agent-ben", "name": "Ben Demo"}
        return Principal(**values, method="staff", level="", roles=("agent",))

    def renew_link(self, request: b.RenewLink) -> b.Appointment:
        booked = self.booking.booked[request.appointment_id]
        if booked.link_generation != request.generation:
            raise StaleVersion("link")
        renewed = replace(booked, link_generation=request.generation + 1)
        self.booking.booked[request.appointment_id] = renewed
        return renewed

    def list_rooms(self, request: Any) -> Any:
        from services.contracts.media import RoomStatuses

        return RoomStatuses(rooms=())

    def list_waiting(self, request: Any) -> Any:
        from services.contracts.waiting import WaitingRoom

        return WaitingRoom(waiting=(), unattended=())


def open_desk(world: Any) -> FakeDesk:
    """Give the world's bus what the desk asks for."""
    found = FakeDesk(world)
    world.bus.services.append(found)
    return found


def member(world: Any, role: str = "agent") -> Any:
    """A browser in which somebody with that role has logged in."""
    browser = world.browser()
    journey.log_in(browser, role, audience="staff")
    return browser


def book(world: Any) -> None:
    """A citizen books 10:00 (UTC) on the Monday of the tests."""
    citizen = world.browser()
    journey.as_far_as_review(citizen)
    citizen.post("/book/review")
