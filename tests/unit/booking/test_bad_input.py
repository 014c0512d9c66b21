"""Every request of booking with every field spoilt: answered, or refused with one declared error."""

from __future__ import annotations

import functools
import inspect
from dataclasses import replace
from typing import Any

import pytest

from services.contracts import booking, booking_desk, calendars, earlier
from services.contracts import slots as s
from services.contracts.rights import ExportBookings
from services.contracts.subjects import ListSubjects
from services.contracts.wire import Request
from tests.unit import bad_requests
from tests.unit.booking.builders import (
    FIRST_SLOT,
    LENGTH,
    MONDAY,
    World,
    agent,
    confirm_request,
    hold_request,
)

OURS = bad_requests.requests_of("booking", "booking_desk", "calendars", "earlier", "slots", "subjects") | {
    ExportBookings
}
NEXT = FIRST_SLOT + LENGTH
INSURED = booking.InsuredPerson(first_name="Max", last_name="Muster", birth_date=MONDAY, birth_place="Esch")


def good_requests(world: World) -> list[Request[Any]]:
    """One request of each kind that would be answered, in a world with a hold and an appointment."""
    held, booked = world.hold(), world.book(NEXT, "key-2")
    ident, hold_id = booked.appointment_id, held.appointment_id
    window = {"kind": "video", "language": "fr", "part_of_day": "morning"}
    change = calendars.Change(calendar=world.booking.get_catalogue().calendars[0])
    absence = calendars.Absence(absence_id="absence-1", agent_id="agent-a", starts_at=FIRST_SLOT, until=NEXT)
    person = {"insured": INSURED, "insured_copy_id": "copy-2", "person_id": "person-1"}
    person |= {
        "space_id": "space-1",
        "company_name": "Muster S.A.",
        "company_id": "B 12",
        "procedure_id": "d-1",
    }
    return [
        ListSubjects(),
        s.FindFreeSlots(day=MONDAY, **window),
        s.FindNextFree(not_before=NEXT, **window),
        s.FindFreeDays(first=MONDAY, last=MONDAY, **window),
        replace(hold_request(NEXT + LENGTH, "key-3"), topic="maternity", fingerprint="f"),
        s.RenewHold(appointment_id=hold_id, holder="session-1"),
        s.ReleaseHold(appointment_id=hold_id, holder="session-1"),
        confirm_request(hold_id, **person),
        booking.GetAppointment(appointment_id=ident),
        booking.CancelAppointment(appointment_id=ident, actor="citizen"),
        booking.MoveAppointment(appointment_id=ident, starts_at=NEXT + 2 * LENGTH, actor="citizen"),
        booking.ListAppointments(day=MONDAY, agent_id="agent-a"),
        booking.ListAppointmentsOfPerson(person_id="person-1"),
        booking.ListAppointmentsOfSpace(space_id="space-1"),
        booking.RenewLink(appointment_id=ident, generation=1, actor="agent-a"),
        booking.GetAuditTrail(appointment_id=ident),
        booking_desk.CountAppointments(first=MONDAY, last=MONDAY),
        booking_desk.FindAppointments(email="lea.muster@example.org"),
        earlier.GetEarlierWish(appointment_id=ident),
        earlier.AskForEarlier(appointment_id=ident, not_before=FIRST_SLOT),
        earlier.StopAskingForEarlier(appointment_id=ident),
        earlier.AcceptEarlier(appointment_id=ident, offer_id="offer-1", actor="citizen"),
        earlier.DeclineEarlier(appointment_id=ident, offer_id="offer-1"),
        ExportBookings(person_id="person-1", after="0|0|a"),
        calendars.GetCatalogue(),
        calendars.PreviewChange(change=change),
        calendars.PreviewChange(change=calendars.Change(absence=absence)),
        calendars.ApplyChange(
            change=change, revision=1, impact_digest="x", actor="agent-a", change_key="change-1"
        ),
        calendars.ListDisplaced(),
        calendars.ListChanges(),
    ]


def a_world() -> World:
    return World(agent(), agent("agent-b"))


GOOD = [(type(request), number) for number, request in enumerate(good_requests(a_world()))]


def answer(world: World, request: Request[Any]) -> Any:
    """As the service does it."""
    method = getattr(world.booking, type(request).method)
    return method(request) if inspect.signature(method).parameters else method()


def test_no_request_is_left_out() -> None:
    assert {kind for kind, _ in GOOD} == OURS


@pytest.mark.parametrize(("kind", "number"), GOOD, ids=bad_requests.named)
def test_whatever_stands_in_a_field_the_answer_is_declared(kind: type[Request[Any]], number: int) -> None:
    def fresh() -> tuple[Request[Any], bad_requests.Answer]:
        world = a_world()
        return good_requests(world)[number], functools.partial(answer, world)

    assert bad_requests.faults(fresh) == []
