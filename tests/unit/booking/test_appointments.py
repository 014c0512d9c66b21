"""Confirming, reading, moving, cancelling; what is told of it and what is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.contracts.booking import (
    MEMBER,
    Appointment,
    CancelAppointment,
    GetAppointment,
    GetAuditTrail,
    InsuredPerson,
    ListAppointments,
    ListAppointmentsOfPerson,
    ListAppointmentsOfSpace,
    MoveAppointment,
)
from services.contracts.booking_desk import CountAppointments, FindAppointments
from services.contracts.booking_events import AppointmentBooked, AppointmentCancelled
from services.contracts.errors import (
    AppointmentStarted,
    ConsentMissing,
    HoldExpired,
    IdentityCopyMissing,
    InvalidField,
    NotFound,
    SlotNotOffered,
    SlotPast,
    SlotTaken,
)
from services.contracts.media_events import CitizenJoined, ConsultationEnded
from services.contracts.national_number import check_digits
from services.contracts.slots import ReleaseHold, RenewHold
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, MONDAY, PERSON, World, agent

NEXT = FIRST_SLOT + LENGTH


def _get(world: World, appointment_id: str) -> Appointment:
    return world.booking.get_appointment(GetAppointment(appointment_id=appointment_id))


def _cancel(world: World, appointment: Appointment, actor: str = "citizen") -> Appointment:
    request = CancelAppointment(appointment_id=appointment.appointment_id, actor=actor)
    return world.booking.cancel_appointment(request)


def _move(
    world: World, appointment: Appointment, starts_at: datetime = NEXT, actor: str = "citizen"
) -> Appointment:
    request = MoveAppointment(appointment_id=appointment.appointment_id, starts_at=starts_at, actor=actor)
    return world.booking.move_appointment(request)


def _join(world: World, appointment: Appointment) -> None:
    event = CitizenJoined(
        event_id="event-1", occurred_at=world.clock.now(), room_id=appointment.appointment_id
    )
    world.booking.note_progress(event)


def _end(world: World, appointment: Appointment, outcome: str, minutes: int = 0) -> None:
    at = world.clock.now() + timedelta(minutes=minutes)
    event = ConsultationEnded(
        event_id=f"end-{minutes}",
        occurred_at=at,
        room_id=appointment.appointment_id,
        ended_at=at,
        outcome=outcome,
    )
    world.booking.note_progress(event)


# --- confirming -----------------------------------------------------------------


def test_a_confirmed_hold_is_an_appointment_with_all_its_data() -> None:
    world = World()
    booked = world.book()
    assert booked == _get(world, booked.appointment_id)
    assert (booked.state, booked.version, booked.link_generation) == ("booked", 1, 1)
    assert booked.applicant == PERSON
    assert (booked.starts_at, booked.agent_id) == (FIRST_SLOT, "agent-a")
    assert world.told() == ["appointment_booked.v1"]


def test_confirming_twice_makes_one_booking_and_answers_the_same() -> None:
    world = World()
    hold = world.hold()
    assert world.confirm(hold) == world.confirm(hold)
    assert world.told() == ["appointment_booked.v1"]


def test_nothing_is_stored_without_consent() -> None:
    world = World()
    hold = world.hold()
    before = dict(world.claims.by_id)
    with pytest.raises(ConsentMissing):
        world.confirm(hold, consent=False)
    assert world.claims.by_id == before


def test_without_authentication_an_identity_copy_is_mandatory() -> None:
    world = World()
    with pytest.raises(IdentityCopyMissing):
        world.confirm(world.hold(), identity_copy_id="")


def test_cannot_confirm_an_expired_hold() -> None:
    world = World()
    hold = world.hold()
    world.clock.set(hold.held_until)
    with pytest.raises(HoldExpired):
        world.confirm(hold)
    assert world.told() == []


def test_cannot_confirm_what_another_holds_or_nobody_does() -> None:
    world = World()
    hold = world.hold()
    with pytest.raises(HoldExpired):
        world.confirm(hold, holder="session-2")
    with pytest.raises(HoldExpired):
        world.confirm(replace(hold, appointment_id="forged"))


def test_a_hold_that_another_replica_renewed_is_confirmed_with_its_trail() -> None:
    """What the fake remembers of a hold is the hold as it was made."""
    world = World()
    hold = world.hold()
    world.clock.advance(minutes=5)
    world.booking.renew_hold(RenewHold(appointment_id=hold.appointment_id, holder="session-1"))
    world.clock.set(hold.held_until)
    booked = world.confirm(hold)
    steps = [step.what for step in world.claims.trail(booked.appointment_id)]
    assert steps == ["held", "renewed", "booked"]


def test_a_hold_that_another_replica_gave_back_is_not_confirmed() -> None:
    world = World()
    hold = world.hold()
    world.booking.release_hold(ReleaseHold(appointment_id=hold.appointment_id, holder="session-1"))
    with pytest.raises(HoldExpired):
        world.confirm(hold)
    assert world.told() == ["hold_lapsed.v1"]


def test_a_hold_is_no_appointment() -> None:
    world = World()
    hold = world.hold()
    with pytest.raises(NotFound):
        _get(world, hold.appointment_id)


def test_the_audit_trail_names_who_did_what_without_a_person() -> None:
    world = World()
    _cancel(world, _move(world, world.book()), "agent-x")
    (claim,) = world.claims.by_id.values()
    steps = [(step.what, step.who, step.version) for step in claim.trail]
    assert steps == [
        ("held", "citizen", 1),
        ("booked", "citizen", 1),
        ("moved", "citizen", 2),
        ("cancelled", "agent-x", 3),
    ]


# --- moving ---------------------------------------------------------------------


def test_a_moved_appointment_keeps_its_id_and_frees_its_time() -> None:
    world = World()
    booked = world.book()
    moved = _move(world, booked)
    assert (moved.appointment_id, moved.version) == (booked.appointment_id, 2)
    assert (moved.starts_at, moved.ends_at) == (NEXT, NEXT + LENGTH)
    assert world.hold(key="key-2", holder="session-2").starts_at == FIRST_SLOT
    assert world.told() == ["appointment_booked.v1", "appointment_moved.v1"]


def test_moving_to_where_it_stands_answers_the_same() -> None:
    world = World()
    moved = _move(world, world.book())
    assert _move(world, moved) == moved
    assert world.told().count("appointment_moved.v1") == 1


def test_cannot_move_to_a_taken_slot_and_the_old_time_is_kept() -> None:
    world = World()
    booked = world.book()
    world.hold(NEXT, "key-2", holder="session-2")
    with pytest.raises(SlotTaken):
        _move(world, booked)
    assert _get(world, booked.appointment_id) == booked


def test_a_move_takes_over_a_hold_that_ran_out() -> None:
    world = World()
    booked = world.book()
    world.hold(NEXT, "key-2", holder="session-2")
    world.clock.advance(minutes=10)
    assert _move(world, booked).starts_at == NEXT
    assert "hold_lapsed.v1" in world.told()


def test_cannot_move_to_a_past_slot_or_to_no_slot() -> None:
    world = World()
    booked = world.book(FIRST_SLOT + 3 * LENGTH)
    with pytest.raises(SlotNotOffered):
        _move(world, booked, NEXT + timedelta(minutes=1))
    world.clock.set(NEXT)
    with pytest.raises(SlotPast):
        _move(world, booked, NEXT)


def test_cannot_move_a_cancelled_appointment() -> None:
    world = World()
    booked = world.book()
    _cancel(world, booked)
    with pytest.raises(NotFound):
        _move(world, booked)


# --- cancelling -----------------------------------------------------------------


def test_a_cancelled_appointment_frees_its_time_and_can_still_be_read() -> None:
    world = World()
    booked = world.book()
    cancelled = _cancel(world, booked)
    assert (cancelled.state, cancelled.version) == ("cancelled", 2)
    assert _get(world, booked.appointment_id) == cancelled
    assert world.hold(key="key-2").starts_at == FIRST_SLOT
    assert world.told() == ["appointment_booked.v1", "appointment_cancelled.v1"]


def test_a_second_cancel_answers_the_same() -> None:
    world = World()
    booked = world.book()
    assert _cancel(world, booked) == _cancel(world, booked)
    assert world.told().count("appointment_cancelled.v1") == 1


def test_a_cancelled_booking_is_not_made_again_by_its_key() -> None:
    world = World()
    booked = world.book()
    _cancel(world, booked)
    assert world.hold().appointment_id == booked.appointment_id


@pytest.mark.parametrize("change", [_cancel, _move])
def test_the_citizen_may_change_it_until_the_start(change: Callable[..., Appointment]) -> None:
    world = World(notice=timedelta(0))
    booked = world.book()
    world.clock.set(FIRST_SLOT)
    with pytest.raises(AppointmentStarted):
        change(world, booked)
    world.clock.set(FIRST_SLOT - timedelta(milliseconds=1))
    assert change(world, booked).version == 2


@pytest.mark.parametrize("change", [_cancel, _move])
def test_after_somebody_joined_only_staff_may_change_it(change: Callable[..., Appointment]) -> None:
    world = World()
    booked = world.book()
    _join(world, booked)
    with pytest.raises(AppointmentStarted):
        change(world, booked)
    assert change(world, booked, actor="agent-x").version == 2


def test_staff_may_change_it_until_the_end() -> None:
    world = World()
    booked = world.book()
    world.clock.set(booked.ends_at)
    with pytest.raises(AppointmentStarted):
        _cancel(world, booked, "agent-x")
    world.clock.set(booked.ends_at - timedelta(milliseconds=1))
    assert _cancel(world, booked, "agent-x").state == "cancelled"


def test_nobody_may_change_it_once_it_has_ended() -> None:
    world = World()
    booked = world.book()
    _end(world, booked, "held")
    with pytest.raises(AppointmentStarted):
        _cancel(world, booked, "agent-x")


# --- outcomes -------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["held", "no_show", "technical_failure"])
def test_the_outcome_becomes_its_state(outcome: str) -> None:
    world = World()
    booked = world.book()
    _end(world, booked, outcome)
    assert _get(world, booked.appointment_id).state == outcome


def test_the_last_end_counts_whatever_the_order_of_telling() -> None:
    world = World()
    booked = world.book()
    _end(world, booked, "held", minutes=5)
    _end(world, booked, "technical_failure", minutes=1)
    assert _get(world, booked.appointment_id).state == "held"


# --- lists ----------------------------------------------------------------------


def test_the_days_list_is_in_order_of_start_without_cancelled_ones() -> None:
    world = World()
    later = world.book(NEXT, "key-1")
    earlier = world.book(FIRST_SLOT, "key-2")
    gone = world.book(NEXT + LENGTH, "key-3")
    _cancel(world, gone)
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
    cancelled = _cancel(world, first)
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
    cancelled = _cancel(world, first)
    assert _of_space(world, "space-1") == (second, cancelled)
    assert _of_space(world, "space-2") == ()


def test_nobody_lists_what_was_booked_for_no_space() -> None:
    world = World()
    world.book(person_id="person-1")
    assert _of_space(world, "") == ()


def test_it_stays_the_spaces_when_it_is_moved() -> None:
    world = World()
    moved = _move(world, world.book(**COMPANY))
    assert moved.company_name == "Muster S.A."
    assert _of_space(world, "space-1") == (moved,)


def test_a_member_moves_and_cancels_as_the_citizen_and_is_named_in_the_trail() -> None:
    world = World()
    booked = world.book(**COMPANY)
    _move(world, booked, actor=MEMBER + "person-2")
    _cancel(world, booked, actor=MEMBER + "person-3")
    trail = world.booking.get_audit_trail(GetAuditTrail(appointment_id=booked.appointment_id))
    assert [(step.what, step.who) for step in trail.steps[-2:]] == [
        ("moved", "member:person-2"),
        ("cancelled", "member:person-3"),
    ]


def test_what_a_member_cancels_was_not_cancelled_by_the_house() -> None:
    world = World()
    _cancel(world, world.book(**COMPANY), actor=MEMBER + "person-2")
    (event,) = [told for told in world.claims.told if isinstance(told, AppointmentCancelled)]
    assert not event.by_cns


def test_a_member_changes_nothing_once_somebody_has_come() -> None:
    world = World()
    booked = world.book(**COMPANY)
    world.come(booked.appointment_id)
    with pytest.raises(AppointmentStarted):
        _cancel(world, booked, actor=MEMBER + "person-2")


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
    _cancel(world, world.book(NEXT, key="key-2"))
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
