"""Consents given: with each appointment, and with the private space."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.contracts import consents as c
from services.contracts import professional as p
from services.contracts.booking_events import AppointmentBooked, AppointmentCancelled
from services.contracts.space_access import Actor
from tests.unit.spaces.world import LEA, NOW, TOM, World

BOOKED = NOW + timedelta(hours=1)
CANCELLED = NOW + timedelta(days=1)


def booked(number: int = 1, who: Actor = LEA, **changed: Any) -> AppointmentBooked:
    values: dict[str, Any] = {
        "event_id": f"booked-{number}",
        "occurred_at": BOOKED,
        "appointment_id": f"appointment-{number}",
        "appointment_version": 1,
        "kind": "information-documents",
        "language": "fr",
        "agent_id": "agent-1",
        "starts_at": NOW + timedelta(days=7),
        "ends_at": NOW + timedelta(days=7, minutes=20),
        "assurance_method": "luxtrust",
        "person_id": who.person_id,
        "consent_version": "2026-11",
    }
    return AppointmentBooked(**{**values, **changed})


def cancelled(number: int = 1, at: datetime = CANCELLED) -> AppointmentCancelled:
    return AppointmentCancelled(
        event_id=f"cancelled-{number}",
        occurred_at=at,
        appointment_id=f"appointment-{number}",
        appointment_version=2,
    )


def listed(world: World, who: Actor = LEA) -> tuple[c.Consent, ...]:
    return world.consents.of(c.ListConsents(actor=who)).consents


def test_who_books_logged_in_finds_the_consent_that_he_gave(world: World) -> None:
    for _twice in range(2):
        world.consents.booked(booked())
    (found,) = listed(world)
    assert found == c.Consent(
        purpose=c.APPOINTMENT,
        text_version="2026-11",
        given_at=BOOKED,
        appointment_id="appointment-1",
        withdrawn_at=None,
    )
    assert listed(world, TOM) == ()


def test_who_books_without_a_log_in_is_nobodys_list(world: World) -> None:
    world.consents.booked(booked(person_id=""))
    assert world.given.consents == {}


def test_a_booking_without_a_consent_of_its_own_notes_none(world: World) -> None:
    world.consents.booked(booked(consent_version=""))
    assert listed(world) == ()


def test_a_cancelled_appointment_withdraws_its_consent_and_no_other(world: World) -> None:
    world.consents.booked(booked(1))
    world.consents.booked(booked(2))
    world.consents.cancelled(cancelled(1))
    assert {one.appointment_id: one.withdrawn_at for one in listed(world)} == {
        "appointment-1": CANCELLED,
        "appointment-2": None,
    }


def test_a_cancellation_that_is_told_first_is_not_lost(world: World) -> None:
    world.consents.cancelled(cancelled())
    world.consents.booked(booked())
    assert [one.withdrawn_at for one in listed(world)] == [CANCELLED]


def test_who_makes_a_private_space_consents_to_keeping_and_deleting_it_withdraws_that(world: World) -> None:
    world.open_own(LEA)
    (given,) = listed(world)
    assert (given.purpose, given.text_version, given.given_at, given.withdrawn_at) == (
        *(c.KEEPING, "2026-11"),
        *(NOW, None),
    )
    world.later(days=3)
    world.mine.delete(p.DeleteSpace(actor=LEA, space_id=LEA.person_id))
    assert [one.withdrawn_at for one in listed(world)] == [NOW + timedelta(days=3)]
    world.later(days=3)
    world.mine.restore(p.RestoreSpace(actor=LEA, space_id=LEA.person_id))
    (again,) = listed(world)
    assert (again.given_at, again.withdrawn_at) == (NOW + timedelta(days=6), None)


def test_the_latest_consent_stands_first(world: World) -> None:
    world.consents.booked(booked())
    world.later(hours=2)
    world.open_own(LEA)
    assert [one.purpose for one in listed(world)] == [c.KEEPING, c.APPOINTMENT]


def test_consents_to_appointments_are_kept_for_a_year(world: World) -> None:
    world.consents.booked(booked())
    world.clock.set(BOOKED + timedelta(days=365, seconds=-1))
    world.consents.forget()
    assert len(listed(world)) == 1
    world.later(seconds=1)
    assert listed(world) == ()
    world.consents.forget()
    assert world.given.consents == {}


def test_of_two_who_are_one_the_consents_are_one_list(world: World) -> None:
    world.consents.booked(booked(1, TOM))
    world.consents.booked(booked(2, LEA))
    world.consents.join(LEA.person_id, TOM.person_id)
    assert len(listed(world)) == 2
