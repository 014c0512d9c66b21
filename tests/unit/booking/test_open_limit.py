"""Whoever books himself has so many appointments ahead and no more; no ticket is lost, whoever dies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.booking.domain.open_limit import owner_of
from services.contracts.booking import Appointment, Assurance, CancelAppointment
from services.contracts.errors import HoldExpired, TooManyOpenAppointments
from services.contracts.slots import ReleaseHold
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, PERSON, World

LUXTRUST = Assurance(method="luxtrust", level="high")


def _world(limit: int = 2) -> World:
    return World(open_appointments=limit)


def _book(world: World, number: int, **changes: object) -> Appointment:
    return world.book(FIRST_SLOT + number * LENGTH, f"key-{number}", **changes)


def _refused(world: World, number: int, **changes: object) -> bool:
    hold = world.hold(FIRST_SLOT + number * LENGTH, f"key-{number}")
    with pytest.raises(TooManyOpenAppointments) as refused:
        world.confirm(hold, **changes)
    return refused.value.details == {"limit": "2"}


def test_who_has_as_many_as_he_may_books_no_more() -> None:
    world = _world()
    _book(world, 0)
    _book(world, 1)
    assert _refused(world, 2)
    assert world.told() == ["appointment_booked.v1"] * 2


def test_case_and_blanks_make_no_other_address() -> None:
    world = _world()
    _book(world, 0)
    _book(world, 1, applicant=replace(PERSON, email=" LEA.Muster@Example.org "))
    assert _refused(world, 2)
    _book(world, 3, applicant=replace(PERSON, email="somebody.else@example.org"))


def test_a_person_is_known_whatever_the_address() -> None:
    world = _world()
    for number in (0, 1):
        other = replace(PERSON, email=f"address-{number}@example.org")
        _book(world, number, person_id="person-1", assurance=LUXTRUST, applicant=other)
    assert _refused(world, 2, person_id="person-1", assurance=LUXTRUST)
    _book(world, 3, person_id="person-2", assurance=LUXTRUST)


def test_the_back_office_books_as_many_as_are_needed() -> None:
    world = _world(1)
    for number in range(4):
        _book(world, number, assurance=Assurance(method="back-office"))
    assert world.tickets.taken == {}


def test_confirming_again_keeps_the_ticket() -> None:
    world = _world()
    hold = world.hold()
    assert world.confirm(hold) == world.confirm(hold)
    assert len(world.tickets.taken) == 1
    _book(world, 1)


def test_a_cancelled_appointment_makes_room() -> None:
    world = _world()
    booked = _book(world, 0)
    _book(world, 1)
    world.booking.cancel_appointment(CancelAppointment(appointment_id=booked.appointment_id, actor="citizen"))
    _book(world, 2)
    assert _refused(world, 3)


def test_an_appointment_that_is_over_makes_room() -> None:
    world = World(open_appointments=2, notice=timedelta(0))
    _book(world, 0)
    _book(world, 1)
    world.clock.set(FIRST_SLOT + LENGTH)
    _book(world, 2)
    assert _refused(world, 3)


def test_a_hold_that_was_never_confirmed_makes_room() -> None:
    """Its process died between the ticket and the confirmation."""
    world = _world()
    _book(world, 0)
    hold = world.hold(FIRST_SLOT + LENGTH, "key-1")
    owner = owner_of("", PERSON.email)
    world.booking.appointments.limit.admit(hold.appointment_id, owner, EIGHT)
    assert _refused(world, 2)
    world.booking.release_hold(ReleaseHold(appointment_id=hold.appointment_id, holder="session-1"))
    _book(world, 3)


def test_who_has_lost_his_ticket_cannot_confirm_any_more() -> None:
    """A process that read the clock before the end of its hold goes on after somebody took the ticket."""
    world = World(open_appointments=1)
    hold = world.hold()
    before = world.clock.now()
    world.booking.appointments.limit.admit(hold.appointment_id, owner_of("", PERSON.email), before)
    world.clock.set(hold.held_until)
    _book(world, 1)
    world.clock.set(before)
    with pytest.raises(HoldExpired):
        world.confirm(hold)


def test_of_the_owner_a_hash_is_kept() -> None:
    world = _world()
    _book(world, 0)
    ((owner, _),) = world.tickets.taken
    assert (len(owner), "muster" in owner) == (64, False)
