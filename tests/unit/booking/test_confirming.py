"""A hold becomes an appointment: what it needs for that, and what is told and kept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.contracts.errors import ConsentMissing, HoldExpired, IdentityCopyMissing, NotFound
from services.contracts.slots import ReleaseHold, RenewHold
from tests.unit.booking.builders import FIRST_SLOT, PERSON, World
from tests.unit.booking.handling import cancel, get, move


def test_a_confirmed_hold_is_an_appointment_with_all_its_data() -> None:
    world = World()
    booked = world.book()
    assert booked == get(world, booked.appointment_id)
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
        get(world, hold.appointment_id)


def test_the_audit_trail_names_who_did_what_without_a_person() -> None:
    world = World()
    cancel(world, move(world, world.book()), "agent-x")
    (claim,) = world.claims.by_id.values()
    steps = [(step.what, step.who, step.version) for step in claim.trail]
    assert steps == [
        ("held", "citizen", 1),
        ("booked", "citizen", 1),
        ("moved", "citizen", 2),
        ("cancelled", "agent-x", 3),
    ]
