"""Moving and cancelling, until when and by whom; how it went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.contracts.booking import Appointment
from services.contracts.errors import AppointmentStarted, NotFound, SlotNotOffered, SlotPast, SlotTaken
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, World
from tests.unit.booking.handling import NEXT, cancel, end, get, join, move

# --- moving ------------------------------------------------------------------------------


def test_a_moved_appointment_keeps_its_id_and_frees_its_time() -> None:
    world = World()
    booked = world.book()
    moved = move(world, booked)
    assert (moved.appointment_id, moved.version) == (booked.appointment_id, 2)
    assert (moved.starts_at, moved.ends_at) == (NEXT, NEXT + LENGTH)
    assert world.hold(key="key-2", holder="session-2").starts_at == FIRST_SLOT
    assert world.told() == ["appointment_booked.v1", "appointment_moved.v1"]


def test_moving_to_where_it_stands_answers_the_same() -> None:
    world = World()
    moved = move(world, world.book())
    assert move(world, moved) == moved
    assert world.told().count("appointment_moved.v1") == 1


def test_cannot_move_to_a_taken_slot_and_the_old_time_is_kept() -> None:
    world = World()
    booked = world.book()
    world.hold(NEXT, "key-2", holder="session-2")
    with pytest.raises(SlotTaken):
        move(world, booked)
    assert get(world, booked.appointment_id) == booked


def test_a_move_takes_over_a_hold_that_ran_out() -> None:
    world = World()
    booked = world.book()
    world.hold(NEXT, "key-2", holder="session-2")
    world.clock.advance(minutes=10)
    assert move(world, booked).starts_at == NEXT
    assert "hold_lapsed.v1" in world.told()


def test_cannot_move_to_a_past_slot_or_to_no_slot() -> None:
    world = World()
    booked = world.book(FIRST_SLOT + 3 * LENGTH)
    with pytest.raises(SlotNotOffered):
        move(world, booked, NEXT + timedelta(minutes=1))
    world.clock.set(NEXT)
    with pytest.raises(SlotPast):
        move(world, booked, NEXT)


def test_cannot_move_a_cancelled_appointment() -> None:
    world = World()
    booked = world.book()
    cancel(world, booked)
    with pytest.raises(NotFound):
        move(world, booked)


# --- cancelling --------------------------------------------------------------------------


def test_a_cancelled_appointment_frees_its_time_and_can_still_be_read() -> None:
    world = World()
    booked = world.book()
    cancelled = cancel(world, booked)
    assert (cancelled.state, cancelled.version) == ("cancelled", 2)
    assert get(world, booked.appointment_id) == cancelled
    assert world.hold(key="key-2").starts_at == FIRST_SLOT
    assert world.told() == ["appointment_booked.v1", "appointment_cancelled.v1"]


def test_a_second_cancel_answers_the_same() -> None:
    world = World()
    booked = world.book()
    assert cancel(world, booked) == cancel(world, booked)
    assert world.told().count("appointment_cancelled.v1") == 1


def test_a_cancelled_booking_is_not_made_again_by_its_key() -> None:
    world = World()
    booked = world.book()
    cancel(world, booked)
    assert world.hold().appointment_id == booked.appointment_id


@pytest.mark.parametrize("change", [cancel, move])
def test_the_citizen_may_change_it_until_the_start(change: Callable[..., Appointment]) -> None:
    world = World(notice=timedelta(0))
    booked = world.book()
    world.clock.set(FIRST_SLOT)
    with pytest.raises(AppointmentStarted):
        change(world, booked)
    world.clock.set(FIRST_SLOT - timedelta(milliseconds=1))
    assert change(world, booked).version == 2


@pytest.mark.parametrize("change", [cancel, move])
def test_after_somebody_joined_only_staff_may_change_it(change: Callable[..., Appointment]) -> None:
    world = World()
    booked = world.book()
    join(world, booked)
    with pytest.raises(AppointmentStarted):
        change(world, booked)
    assert change(world, booked, actor="agent-x").version == 2


def test_staff_may_change_it_until_the_end() -> None:
    world = World()
    booked = world.book()
    world.clock.set(booked.ends_at)
    with pytest.raises(AppointmentStarted):
        cancel(world, booked, "agent-x")
    world.clock.set(booked.ends_at - timedelta(milliseconds=1))
    assert cancel(world, booked, "agent-x").state == "cancelled"


def test_nobody_may_change_it_once_it_has_ended() -> None:
    world = World()
    booked = world.book()
    end(world, booked, "held")
    with pytest.raises(AppointmentStarted):
        cancel(world, booked, "agent-x")


# --- outcomes ----------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["held", "no_show", "technical_failure"])
def test_the_outcome_becomes_its_state(outcome: str) -> None:
    world = World()
    booked = world.book()
    end(world, booked, outcome)
    assert get(world, booked.appointment_id).state == outcome


def test_the_last_end_counts_whatever_the_order_of_telling() -> None:
    world = World()
    booked = world.book()
    end(world, booked, "held", minutes=5)
    end(world, booked, "technical_failure", minutes=1)
    assert get(world, booked.appointment_id).state == "held"
