"""Every request of booking with every field spoilt: answered, or refused with one declared error."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.chassis.codec import from_wire, to_wire
from services.contracts import booking, booking_desk, calendars, earlier
from services.contracts.errors import InvalidField, PlatformError
from services.contracts.subjects import ListSubjects
from services.contracts.wire import REQUESTS, Request
from tests.unit.booking import bad_values
from tests.unit.booking.builders import (
    FIRST_SLOT,
    LENGTH,
    MONDAY,
    World,
    agent,
    confirm_request,
    hold_request,
)

for _path in Path(booking.__file__).parent.glob("*.py"):
    importlib.import_module(f"services.contracts.{_path.stem}")
OURS = [r for r in REQUESTS.values() if r.service == "booking" and r.__module__.startswith("services.")]
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
    return [
        ListSubjects(),
        booking.FindFreeSlots(day=MONDAY, **window),
        booking.FindNextFree(not_before=NEXT, **window),
        booking.FindFreeDays(first=MONDAY, last=MONDAY, **window),
        replace(hold_request(NEXT + LENGTH, "key-3"), topic="maternity", fingerprint="f"),
        booking.RenewHold(appointment_id=hold_id, holder="session-1"),
        booking.ReleaseHold(appointment_id=hold_id, holder="session-1"),
        confirm_request(hold_id, **person),
        booking.GetAppointment(appointment_id=ident),
        booking.CancelAppointment(appointment_id=ident, actor="citizen"),
        booking.MoveAppointment(appointment_id=ident, starts_at=NEXT + 2 * LENGTH, actor="citizen"),
        booking.ListAppointments(day=MONDAY, agent_id="agent-a"),
        booking.ListAppointmentsOfPerson(person_id="person-1"),
        booking.RenewLink(appointment_id=ident, generation=1, actor="agent-a"),
        booking.GetAuditTrail(appointment_id=ident),
        booking_desk.CountAppointments(first=MONDAY, last=MONDAY),
        booking_desk.FindAppointments(email="lea.muster@example.org"),
        earlier.GetEarlierWish(appointment_id=ident),
        earlier.AskForEarlier(appointment_id=ident, not_before=FIRST_SLOT),
        earlier.StopAskingForEarlier(appointment_id=ident),
        earlier.AcceptEarlier(appointment_id=ident, offer_id="offer-1", actor="citizen"),
        earlier.DeclineEarlier(appointment_id=ident, offer_id="offer-1"),
        calendars.GetCatalogue(),
        calendars.PreviewChange(change=change),
        calendars.PreviewChange(change=calendars.Change(absence=absence)),
        calendars.ApplyChange(
            change=change, revision=1, impact_digest="x", actor="agent-a", change_key="change-1"
        ),
        calendars.ListDisplaced(),
        calendars.ListChanges(),
    ]


def _world() -> World:
    return World(agent(), agent("agent-b"))


GOOD = [(type(request), number) for number, request in enumerate(good_requests(_world()))]


def ask(world: World, kind: type[Request[Any]], body: Any) -> Any:
    """What a caller gets who sends this body: decoded and answered as the chassis does it."""
    request = from_wire(kind, body)
    method = getattr(world.booking, kind.method)
    reply = method(request) if inspect.signature(method).parameters else method()
    return to_wire(reply, kind.reply)


def test_no_request_is_left_out() -> None:
    assert {kind for kind, _ in GOOD} == set(OURS)


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.method)
def test_each_request_says_what_it_may_be_answered_with(kind: type[Request[Any]]) -> None:
    assert kind.errors is not None
    documented = kind.__doc__ or ""
    assert [
        error.__name__ for error in kind.errors if error.__name__ not in documented and not _is_named(kind)
    ] == []


def _is_named(kind: type[Request[Any]]) -> bool:
    """Some say `those of ...`, or `Slot...`."""
    return "those of" in (kind.__doc__ or "")


@pytest.mark.parametrize(("kind", "number"), GOOD, ids=lambda value: getattr(value, "method", str(value)))
def test_whatever_stands_in_a_field_the_answer_is_declared(kind: type[Request[Any]], number: int) -> None:
    faults, world = [], _world()
    body = prepared(world, number)
    for path, bad in bad_values.ways_to_spoil(body):
        try:
            ask(world, kind, bad_values.spoilt(body, path, bad))
        except allowed(kind):
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
            faults.append(f"{path} as {str(bad)[:60]}: {error!r}"[:200])
        world = _world()
        body = prepared(world, number)
    assert faults == []


def allowed(kind: type[Request[Any]]) -> tuple[type[PlatformError], ...]:
    """What the contract says, and a field that breaks it."""
    return (*(kind.errors or ()), InvalidField)


def prepared(world: World, number: int) -> dict[str, Any]:
    """The body of one good request, in a world where it would be answered."""
    body: dict[str, Any] = to_wire(good_requests(world)[number])
    return body
