"""Somebody is away: colleagues take over what they can, and nobody's appointment is lost without a word."""

from __future__ import annotations

from datetime import timedelta

from services.contracts import calendars as contract
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, World, agent
from tests.unit.booking.changing import apply, away, get, preview


def test_an_absence_of_a_day_shares_eighteen_appointments_among_colleagues() -> None:
    world = World(agent("agent-a", "fr"))
    starts = [
        FIRST_SLOT + n * LENGTH + (timedelta(minutes=90) if n >= 9 else timedelta(0)) for n in range(18)
    ]
    booked = [world.book(start, f"key-{n}") for n, start in enumerate(starts)]
    for name in ("agent-b", "agent-c"):
        world.source.put(agent(name))
    applied = apply(world, away(hours=24))
    assert (applied.reassigned, applied.displaced) == (18, 0)
    after = [get(world, appointment) for appointment in booked]
    assert [appointment.starts_at for appointment in after] == starts
    agents = [appointment.agent_id for appointment in after]
    assert (agents.count("agent-b"), agents.count("agent-c")) == (9, 9)


def test_an_absence_that_ends_brings_back_whom_it_displaced() -> None:
    world = World()
    booked = world.book()
    apply(world, away())
    apply(world, contract.Change(end_absence="absence-1"))
    assert not get(world, booked).displaced
    assert world.told()[-1] == "appointment_restored.v1"
    assert world.booking.get_catalogue().absences == ()


def test_an_absence_may_be_made_longer_or_shorter() -> None:
    world = World()
    apply(world, away(hours=1))
    apply(world, away(hours=3))
    (absence,) = world.booking.get_catalogue().absences
    assert absence.until == FIRST_SLOT + timedelta(hours=3)


def test_a_colleague_who_becomes_free_takes_a_displaced_appointment() -> None:
    world = World(agent("agent-a", "fr"), agent("agent-b"))
    booked = world.book(FIRST_SLOT, "key-1")
    other = world.book(FIRST_SLOT, "key-2")
    apply(world, away())
    assert get(world, booked).displaced
    world.booking.help_displaced()
    assert get(world, booked).displaced
    world.booking.appointments.cancel(other.appointment_id, "citizen", world.clock.now())
    world.booking.help_displaced()
    helped = get(world, booked)
    assert (helped.displaced, helped.agent_id) == (False, "agent-b")
    assert world.told()[-2:] == ["appointment_moved.v1", "appointment_restored.v1"]


def test_who_has_come_is_left_to_the_desk() -> None:
    world = World()
    booked = world.book()
    world.come(booked.appointment_id)
    assert preview(world, away()).hurt == ()
    apply(world, away())
    assert not get(world, booked).displaced


def test_what_has_begun_is_left_to_the_desk() -> None:
    world = World()
    booked = world.book()
    world.clock.advance(minutes=30)
    assert preview(world, away(starts_at=FIRST_SLOT - timedelta(hours=1))).hurt == ()
    apply(world, away(starts_at=FIRST_SLOT - timedelta(hours=1)))
    assert not get(world, booked).displaced
