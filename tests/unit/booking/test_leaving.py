"""A person leaves: what is ahead is cancelled, what is past keeps figures alone; so does what is long ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.booking.domain.erasure import names_somebody
from services.booking.domain.open_limit import owner_of
from services.contracts.booking import Appointment, Assurance, GetAppointment, GetAuditTrail
from services.contracts.earlier import AskForEarlier
from services.contracts.errors import StaleVersion
from services.contracts.rights import AppointmentErased, PersonGone, PersonLeaving
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, PERSON, World

LUXTRUST = Assurance(method="luxtrust", level="high")
COMPANY = {"space_id": "space-1", "company_name": "Muster S.A.", "company_id": "B 12"}
GONE = PersonGone(event_id="gone", occurred_at=EIGHT, person_id="lea", credential_ids=("card",))


@pytest.fixture
def world() -> World:
    return World()


def book(world: World, number: int = 0, person_id: str = "lea", **changes: str) -> Appointment:
    return world.book(
        FIRST_SLOT + number * LENGTH,
        f"key-{number}",
        person_id=person_id,
        assurance=LUXTRUST,
        applicant=replace(PERSON, email=f"address-{number}@example.org"),
        **changes,
    )


def leaving(world: World) -> PersonLeaving:
    now = world.clock.now()
    return PersonLeaving(
        event_id="leaving",
        occurred_at=now,
        person_id="lea",
        credential_id="card",
        gone_at=now + timedelta(days=30),
    )


def state(world: World, appointment: Appointment) -> str:
    return seen(world, appointment).state


def seen(world: World, appointment: Appointment) -> Appointment:
    return world.booking.get_appointment(GetAppointment(appointment_id=appointment.appointment_id))


def steps(world: World, appointment: Appointment) -> list[str]:
    asked = GetAuditTrail(appointment_id=appointment.appointment_id)
    return [step.what for step in world.booking.get_audit_trail(asked).steps]


def test_who_leaves_has_what_is_ahead_of_him_alone_cancelled(world: World) -> None:
    own, companys, others = book(world), book(world, 1, **COMPANY), book(world, 2, "jonas")
    for _ in range(2):
        world.booking.person_leaves(leaving(world))
    assert [state(world, one) for one in (own, companys, others)] == ["cancelled", "booked", "booked"]
    assert seen(world, own).applicant.last_name == "Muster"


def test_what_he_books_after_he_has_stayed_is_not_cancelled_by_news_that_come_late(world: World) -> None:
    news = leaving(world)
    world.clock.advance(minutes=1)
    booked = book(world)
    world.booking.person_leaves(news)
    assert state(world, booked) == "booked"


def test_what_goes_on_when_somebody_leaves_goes_on(world: World) -> None:
    booked = book(world)
    world.clock.set(FIRST_SLOT)
    world.booking.person_leaves(leaving(world))
    assert state(world, booked) == "booked"


def test_of_whoever_is_gone_figures_are_left(world: World) -> None:
    booked, others = book(world), book(world, 1, "jonas")
    before = seen(world, booked)
    world.clock.set(FIRST_SLOT + LENGTH)
    for _ in range(2):
        world.booking.person_is_gone(GONE)
    after = seen(world, booked)
    assert {value for value in vars_of(after.applicant) if value} == set()
    assert (after.insured, after.person_id, after.identity_copy_id) == (None, "", "")
    assert after.link_generation > before.link_generation, "no link that was sent opens it any more"
    assert (after.kind, after.starts_at, after.agent_id) == (before.kind, before.starts_at, before.agent_id)
    assert steps(world, booked) == ["held", "booked", "erased"]
    assert seen(world, others).applicant.last_name == "Muster"
    told = [event for event in world.claims.told if isinstance(event, AppointmentErased)]
    assert [event.appointment_id for event in told] == [booked.appointment_id]


def vars_of(person: object) -> list[object]:
    return [getattr(person, name) for name in person.__dataclass_fields__]  # type: ignore[attr-defined]


def test_what_is_ahead_at_the_end_is_cancelled_and_erased_at_once(world: World) -> None:
    companys = book(world, **COMPANY)
    world.booking.person_is_gone(GONE)
    assert state(world, companys) == "cancelled"
    assert seen(world, companys).applicant.email == ""


def test_a_company_keeps_its_appointment_without_who_booked_it(world: World) -> None:
    companys = book(world, **COMPANY)
    world.clock.set(FIRST_SLOT + LENGTH)
    world.booking.person_is_gone(GONE)
    after = seen(world, companys)
    assert (after.space_id, after.applicant.last_name) == ("space-1", "")


def test_the_waiting_list_and_the_count_forget_him_too(world: World) -> None:
    booked = book(world, 3)
    world.booking.ask_for_earlier(AskForEarlier(appointment_id=booked.appointment_id))
    world.booking.person_is_gone(GONE)
    assert world.wishes.find(booked.appointment_id) is None
    assert world.tickets.of(owner_of("lea", "")) == {}


def test_an_appointment_that_goes_on_is_erased_when_it_is_told_again(world: World) -> None:
    booked = book(world)
    world.clock.set(FIRST_SLOT)
    with pytest.raises(StaleVersion):
        world.booking.person_is_gone(GONE)
    assert seen(world, booked).applicant.last_name == "Muster"
    world.clock.set(FIRST_SLOT + LENGTH)
    world.booking.person_is_gone(GONE)
    assert seen(world, booked).applicant.last_name == ""


def test_thirty_days_after_an_appointment_nobody_is_named_in_it(world: World) -> None:
    booked = world.book(FIRST_SLOT, "key")
    world.clock.set(booked.ends_at + timedelta(days=30, seconds=-1))
    world.booking.forget_old()
    assert all(map(names_somebody, world.claims.by_id.values()))
    assert world.tickets.taken
    world.clock.advance(seconds=1)
    world.booking.forget_old()
    assert not any(map(names_somebody, world.claims.by_id.values()))
    assert seen(world, booked).applicant.email == ""
    assert not world.tickets.taken


def test_a_year_after_an_appointment_nothing_is_left_of_it(world: World) -> None:
    booked = world.book(FIRST_SLOT, "key")
    world.clock.set(booked.ends_at + timedelta(days=365, seconds=-1))
    world.booking.forget_old()
    assert steps(world, booked) == ["held", "booked", "erased"]
    world.clock.advance(seconds=1)
    world.booking.forget_old()
    assert not world.claims.by_id


def test_what_was_not_swept_for_years_goes_step_by_step(world: World) -> None:
    booked = world.book(FIRST_SLOT, "key")
    world.clock.set(booked.ends_at + timedelta(days=800))
    world.booking.forget_old()
    assert [event for event in world.claims.told if isinstance(event, AppointmentErased)], "others are told"
    world.booking.forget_old()
    assert not world.claims.by_id


def test_who_dies_between_tickets_and_persons_leaves_it_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(world, person_id="")
    world.clock.advance(days=60)

    def dies(*_: object) -> bool:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(type(world.booking.leaving.owners), "erase", dies)
        with pytest.raises(SystemExit):
            world.booking.forget_old()
    assert all(map(names_somebody, world.claims.by_id.values()))
    assert not world.tickets.taken
    world.booking.forget_old()
    assert not any(map(names_somebody, world.claims.by_id.values()))


def test_the_ticket_of_a_hold_that_lapsed_goes_after_a_day_and_no_other(world: World) -> None:
    booked = world.book(FIRST_SLOT, "key")
    world.tickets.take("owner", 1, "an appointment that never came to be", world.clock.now())
    world.clock.advance(days=1)
    world.booking.forget_old()
    assert list(world.tickets.taken.values()) == [booked.appointment_id]
