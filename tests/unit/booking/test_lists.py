"""Appointments of a day, a person, a space; counted, and looked for by the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contracts.booking import (
    MEMBER,
    Appointment,
    GetAuditTrail,
    InsuredPerson,
    ListAppointments,
    ListAppointmentsOfPerson,
    ListAppointmentsOfSpace,
)
from services.contracts.booking_desk import CountAppointments, FindAppointments
from services.contracts.booking_events import AppointmentBooked, AppointmentCancelled
from services.contracts.errors import AppointmentStarted, InvalidField
from services.contracts.national_number import check_digits
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, MONDAY, PERSON, World, agent
from tests.unit.booking.handling import NEXT, cancel, move


def test_the_days_list_is_in_order_of_start_without_cancelled_ones() -> None:
    world = World()
    later = world.book(NEXT, "key-1")
    earlier = world.book(FIRST_SLOT, "key-2")
    gone = world.book(NEXT + LENGTH, "key-3")
    cancel(world, gone)
    listed = world.booking.list_appointments(ListAppointments(day=MONDAY)).appointments
    assert listed == (earlier, later)


def test_the_days_list_may_be_of_one_agent() -> None:
    world = World(agent("agent-a"), agent("agent-b"))
    world.book(FIRST_SLOT, "key-1")
    second = world.book(FIRST_SLOT, "key-2")
    request = ListAppointments(day=MONDAY, agent_id=second.agent_id)
    assert world.booking.list_appointments(request).appointments == (second,)


def test_a_person_sees_his_appointments_cancelled_ones_too_the_latest_first() -> None:
    world = World()
    first = world.book(FIRST_SLOT, "key-1", person_id="person-1")
    second = world.book(NEXT, "key-2", person_id="person-1")
    world.book(NEXT + LENGTH, "key-3")
    cancelled = cancel(world, first)
    listed = world.booking.list_appointments_of_person(ListAppointmentsOfPerson(person_id="person-1"))
    assert listed.appointments == (second, cancelled)


def test_nobody_without_an_id_has_a_list() -> None:
    world = World()
    world.book()
    listed = world.booking.list_appointments_of_person(ListAppointmentsOfPerson(person_id=""))
    assert listed.appointments == ()


COMPANY = {
    "person_id": "person-1",
    "space_id": "space-1",
    "company_name": "Muster S.A.",
    "company_id": "B 12",
    "procedure_id": "draft-1",
}


def _of_space(world: World, space_id: str) -> tuple[Appointment, ...]:
    return world.booking.list_appointments_of_space(ListAppointmentsOfSpace(space_id=space_id)).appointments


def test_an_appointment_for_a_company_names_it_and_stays_the_bookers() -> None:
    booked = World().book(**COMPANY)
    assert {name: getattr(booked, name) for name in COMPANY} == COMPANY
    assert booked.applicant == PERSON


def test_what_is_told_of_a_booking_says_its_space_its_draft_and_the_consent() -> None:
    world = World()
    world.book(**COMPANY, consent_version="2026-01")
    (event,) = [told for told in world.claims.told if isinstance(told, AppointmentBooked)]
    told = (event.person_id, event.space_id, event.procedure_id, event.consent_version)
    assert told == ("person-1", "space-1", "draft-1", "2026-01")


def test_a_space_lists_its_appointments_whoever_booked_cancelled_ones_too() -> None:
    world = World()
    first = world.book(FIRST_SLOT, "key-1", **COMPANY)
    second = world.book(NEXT, "key-2", **(COMPANY | {"person_id": "person-2", "procedure_id": "draft-2"}))
    world.book(NEXT + LENGTH, "key-3", person_id="person-1")
    cancelled = cancel(world, first)
    assert _of_space(world, "space-1") == (second, cancelled)
    assert _of_space(world, "space-2") == ()


def test_nobody_lists_what_was_booked_for_no_space() -> None:
    world = World()
    world.book(person_id="person-1")
    assert _of_space(world, "") == ()


def test_it_stays_the_spaces_when_it_is_moved() -> None:
    world = World()
    moved = move(world, world.book(**COMPANY))
    assert moved.company_name == "Muster S.A."
    assert _of_space(world, "space-1") == (moved,)


def test_a_member_moves_and_cancels_as_the_citizen_and_is_named_in_the_trail() -> None:
    world = World()
    booked = world.book(**COMPANY)
    move(world, booked, actor=MEMBER + "person-2")
    cancel(world, booked, actor=MEMBER + "person-3")
    trail = world.booking.get_audit_trail(GetAuditTrail(appointment_id=booked.appointment_id))
    assert [(step.what, step.who) for step in trail.steps[-2:]] == [
        ("moved", "member:person-2"),
        ("cancelled", "member:person-3"),
    ]


def test_what_a_member_cancels_was_not_cancelled_by_the_house() -> None:
    world = World()
    cancel(world, world.book(**COMPANY), actor=MEMBER + "person-2")
    (event,) = [told for told in world.claims.told if isinstance(told, AppointmentCancelled)]
    assert not event.by_cns


def test_a_member_changes_nothing_once_somebody_has_come() -> None:
    world = World()
    booked = world.book(**COMPANY)
    world.come(booked.appointment_id)
    with pytest.raises(AppointmentStarted):
        cancel(world, booked, actor=MEMBER + "person-2")


def test_appointments_are_counted_over_two_months_at_most() -> None:
    world = World()
    world.book()
    counted = world.booking.count_appointments(CountAppointments(first=MONDAY, last=MONDAY))
    assert [(day.day, day.agent_id, day.booked) for day in counted.days] == [(MONDAY, "agent-a", 1)]
    for last in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=62)):
        with pytest.raises(InvalidField):
            world.booking.count_appointments(CountAppointments(first=MONDAY, last=last))


def test_an_appointment_is_found_by_the_exact_address_or_number_of_either_person() -> None:
    world = World()
    number = "19790101123" + check_digits("19790101123")
    tom = InsuredPerson(first_name="Tom", last_name="Muster", national_number=number)
    booked = world.book(insured=tom)
    cancel(world, world.book(NEXT, key="key-2"))
    for found, count in (
        ({"email": "LEA.Muster@example.org "}, 2),
        ({"national_number": f" {number[:8]} {number[8:]}"}, 1),
        ({"national_number": booked.applicant.national_number}, 2),
        ({"email": "lea@example.org"}, 0),
    ):
        assert len(world.booking.find_appointments(FindAppointments(**found)).appointments) == count


@pytest.mark.parametrize(
    ("wish", "rule"),
    [
        ({}, "missing"),
        ({"email": "a@example.org", "national_number": "1"}, "missing"),
        ({"email": "nobody"}, "format"),
        ({"national_number": "1985041220199"}, "check_digit"),
    ],
)
def test_nothing_is_looked_for_that_cannot_be(wish: dict[str, str], rule: str) -> None:
    with pytest.raises(InvalidField) as refused:
        World().booking.find_appointments(FindAppointments(**wish))
    assert refused.value.details["rule"] == rule
