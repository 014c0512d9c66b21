"""Holding a slot: one holder, ten minutes, renewable once, given back by itself."""

from datetime import timedelta

import pytest

from services.contracts.booking import MoveAppointment
from services.contracts.booking_events import HoldLapsed
from services.contracts.errors import (
    HoldExpired,
    HoldRenewedOften,
    InvalidField,
    NotByVideo,
    SlotNotOffered,
    SlotPast,
    SlotTaken,
)
from services.contracts.slots import ReleaseHold, RenewHold
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, World, agent, hold_request

TEN = timedelta(minutes=10)


def _renew(world: World, appointment_id: str, holder: str = "session-1") -> timedelta:
    held = world.booking.renew_hold(RenewHold(appointment_id=appointment_id, holder=holder))
    return held.held_until - world.clock.now()


def test_a_hold_lasts_ten_minutes_and_may_be_renewed_once() -> None:
    hold = World().hold()
    assert (hold.held_until - EIGHT, hold.renewals_left) == (TEN, 1)
    assert (hold.starts_at, hold.ends_at) == (FIRST_SLOT, FIRST_SLOT + LENGTH)


def test_cannot_hold_a_taken_slot() -> None:
    world = World()
    world.hold(key="key-1")
    with pytest.raises(SlotTaken):
        world.hold(key="key-2")


def test_the_same_key_answers_with_the_same_hold() -> None:
    world = World(agent("agent-a"), agent("agent-b"))
    assert world.hold() == world.hold()
    assert len(world.claims.by_id) == 1


def test_another_holder_with_the_same_key_gets_another_hold() -> None:
    world = World(agent("agent-a"), agent("agent-b"))
    first, second = world.hold(), world.hold(holder="session-2")
    assert first.appointment_id != second.appointment_id


def test_the_key_of_a_confirmed_hold_answers_with_it() -> None:
    world = World()
    booked = world.book()
    assert world.hold().appointment_id == booked.appointment_id


def test_a_key_that_made_a_hold_is_refused_with_another_fingerprint() -> None:
    world = World()
    hold = world.hold(fingerprint="of the first")
    assert world.hold(fingerprint="of the first") == hold
    with pytest.raises(InvalidField) as refused:
        world.hold(fingerprint="of another")
    assert refused.value.details == {"field": "hold_key", "rule": "reused"}


def test_a_fingerprint_outlasts_confirmation_and_move() -> None:
    world = World()
    booked = world.confirm(world.hold(fingerprint="of the first"))
    later = FIRST_SLOT + LENGTH
    world.booking.move_appointment(
        MoveAppointment(appointment_id=booked.appointment_id, starts_at=later, actor="citizen")
    )
    assert world.hold(fingerprint="of the first").starts_at == later
    with pytest.raises(InvalidField):
        world.hold(fingerprint="of another")


def test_a_hold_that_ran_out_makes_room_for_the_same_key() -> None:
    world = World()
    first = world.hold()
    world.clock.advance(minutes=10)
    assert world.hold(FIRST_SLOT + LENGTH).appointment_id != first.appointment_id
    assert world.told() == ["hold_lapsed.v1"]


def test_a_hold_that_ran_out_is_taken_over_and_told_of() -> None:
    world = World()
    first = world.hold(key="key-1")
    world.clock.advance(minutes=10)
    second = world.hold(key="key-2", holder="session-2")
    assert second.starts_at == first.starts_at
    lapsed = [event for event in world.claims.told if isinstance(event, HoldLapsed)]
    assert [event.appointment_id for event in lapsed] == [first.appointment_id]


def test_a_hold_stands_until_its_last_millisecond() -> None:
    world = World()
    world.hold(key="key-1")
    world.clock.set(EIGHT + TEN - timedelta(milliseconds=1))
    with pytest.raises(SlotTaken):
        world.hold(key="key-2")


def test_renewing_gives_ten_minutes_from_now_once() -> None:
    world = World()
    hold = world.hold()
    world.clock.advance(minutes=9)
    assert _renew(world, hold.appointment_id) == TEN
    with pytest.raises(HoldRenewedOften):
        _renew(world, hold.appointment_id)


def test_cannot_renew_what_ran_out_or_belongs_to_another() -> None:
    world = World()
    hold = world.hold()
    with pytest.raises(HoldExpired):
        _renew(world, hold.appointment_id, "session-2")
    with pytest.raises(HoldExpired):
        _renew(world, "unknown")
    world.clock.advance(minutes=10)
    with pytest.raises(HoldExpired):
        _renew(world, hold.appointment_id)


def test_a_hold_ends_with_its_slot_at_the_latest() -> None:
    world = World(notice=timedelta(0))
    world.clock.set(FIRST_SLOT - timedelta(minutes=1))
    hold = world.hold()
    world.clock.set(FIRST_SLOT + timedelta(minutes=8))
    held = world.booking.renew_hold(RenewHold(appointment_id=hold.appointment_id, holder="session-1"))
    assert held.held_until == FIRST_SLOT + timedelta(minutes=18)
    assert held.held_until <= hold.ends_at


def test_a_released_slot_is_free_at_once_and_told_of() -> None:
    world = World()
    hold = world.hold(key="key-1")
    world.booking.release_hold(ReleaseHold(appointment_id=hold.appointment_id, holder="session-1"))
    assert world.told() == ["hold_lapsed.v1"]
    assert world.hold(key="key-2").appointment_id != hold.appointment_id


def test_releasing_twice_or_for_another_changes_nothing() -> None:
    world = World()
    hold = world.hold()
    world.booking.release_hold(ReleaseHold(appointment_id=hold.appointment_id, holder="session-2"))
    assert world.told() == []
    for _ in range(2):
        world.booking.release_hold(ReleaseHold(appointment_id=hold.appointment_id, holder="session-1"))
    assert world.told() == ["hold_lapsed.v1"]


def test_releasing_never_touches_an_appointment() -> None:
    world = World()
    booked = world.book()
    world.booking.release_hold(ReleaseHold(appointment_id=booked.appointment_id, holder="session-1"))
    assert world.told() == ["appointment_booked.v1"]


def test_the_sweep_gives_back_what_ran_out() -> None:
    world = World()
    world.hold()
    world.clock.advance(minutes=10)
    world.booking.sweep()
    assert world.told() == ["hold_lapsed.v1"]
    assert world.claims.by_id == {}


@pytest.mark.parametrize("minutes", [15, 0, -30])
def test_cannot_hold_a_slot_that_begins_too_soon_or_has_begun(minutes: int) -> None:
    world = World(notice=timedelta(minutes=15))
    world.clock.set(FIRST_SLOT - timedelta(minutes=minutes))
    with pytest.raises(SlotPast):
        world.hold()


@pytest.mark.parametrize("shift", [timedelta(minutes=5), timedelta(hours=12), timedelta(days=49)])
def test_cannot_hold_what_is_not_on_the_grid_in_the_hours_and_before_the_horizon(shift: timedelta) -> None:
    with pytest.raises(SlotNotOffered):
        World().hold(FIRST_SLOT + shift)


def test_cannot_hold_on_a_public_holiday() -> None:
    with pytest.raises(SlotNotOffered):
        World(holidays=(FIRST_SLOT.date(),)).hold()


def test_cannot_hold_in_a_language_that_nobody_speaks() -> None:
    with pytest.raises(SlotNotOffered):
        World(agent("agent-a", "fr")).hold(language="lb")


def test_a_subject_that_is_never_treated_by_video_says_so() -> None:
    with pytest.raises(NotByVideo) as refused:
        World().hold(subject="bills")
    assert refused.value.details == {"subject": "bills"}


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("subject", "gardening", "choice"),
        ("kind", "fax", "choice"),
        ("topic", "gardening", "choice"),
        ("language", "xx", "choice"),
        ("hold_key", "", "missing"),
        ("holder", "x" * 201, "too_long"),
    ],
)
def test_a_choice_that_does_not_exist_is_named(field: str, value: str, rule: str) -> None:
    with pytest.raises(InvalidField) as refused:
        World().booking.hold_slot(hold_request(**{field: value}))
    assert refused.value.details == {"field": field, "rule": rule}


def test_the_agent_with_the_fewest_appointments_that_day_comes_first() -> None:
    world = World(agent("agent-a"), agent("agent-b"))
    agents = [world.book(FIRST_SLOT + n * LENGTH, f"key-{n}").agent_id for n in range(4)]
    assert agents == ["agent-a", "agent-b", "agent-a", "agent-b"]


def test_a_rare_language_is_kept_for_who_needs_it() -> None:
    world = World(agent("agent-a", "lb", "fr", "de", "en"), agent("agent-b", "fr", "en"))
    assert world.book(key="key-1").agent_id == "agent-b"
    assert world.hold(key="key-2", language="lb").starts_at == FIRST_SLOT


def test_a_claim_made_under_other_hours_is_never_overlapped() -> None:
    world = World()
    world.hold(key="key-1")
    later = world.source.catalogue.calendars["office"].hours.parse([["08:40-11:40"]] * 7)
    world.source.put(agent(hours=later))
    with pytest.raises(SlotTaken):
        world.hold(FIRST_SLOT + timedelta(minutes=10), key="key-2")
