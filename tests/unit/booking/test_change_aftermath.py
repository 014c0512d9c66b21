"""What was held, offered or sold before a change was known everywhere is found and handled later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.contracts.earlier import AcceptEarlier, AskForEarlier, GetEarlierWish
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, World, agent
from tests.unit.booking.changing import apply, away, displaced, get


def sweep(world: World, **wait: float) -> None:
    world.clock.advance(**wait)
    world.booking.reconcile()


def test_a_hold_from_before_that_is_confirmed_later_is_handled_then() -> None:
    world = World()
    hold = world.hold()
    apply(world, away())
    sweep(world, seconds=3)
    booked = world.confirm(hold)
    assert not booked.displaced
    sweep(world, seconds=1)
    assert get(world, booked).displaced
    sweep(world, seconds=1)
    assert world.source.unclosed() == []


def test_a_change_is_looked_at_until_the_last_hold_from_before_is_gone() -> None:
    world = World()
    world.hold()
    apply(world, away())
    sweep(world, seconds=3)
    sweep(world, minutes=9)
    assert len(world.source.unclosed()) == 1
    sweep(world, minutes=2)
    assert world.source.unclosed() == []


def test_a_change_that_touches_no_hold_is_soon_done_with() -> None:
    world = World()
    world.hold()
    apply(world, away(starts_at=FIRST_SLOT + LENGTH))
    sweep(world, seconds=3)
    sweep(world, seconds=1)
    assert world.source.unclosed() == []


def test_an_earlier_time_that_was_offered_before_and_accepted_since_is_handled() -> None:
    world = World()
    early = world.book(FIRST_SLOT, "key-1")
    late = world.book(FIRST_SLOT + 5 * LENGTH, "key-2")
    world.booking.ask_for_earlier(AskForEarlier(appointment_id=late.appointment_id))
    world.booking.appointments.cancel(early.appointment_id, "citizen", world.clock.now())
    world.booking.offer_earlier()
    wish = world.booking.get_earlier_wish(GetEarlierWish(appointment_id=late.appointment_id))
    assert wish.offer
    apply(world, away(hours=LENGTH / timedelta(hours=1), starts_at=wish.offer.starts_at))
    sweep(world, seconds=3)
    world.booking.accept_earlier(
        AcceptEarlier(appointment_id=late.appointment_id, offer_id=wish.offer.offer_id, actor="citizen")
    )
    sweep(world, seconds=1)
    assert get(world, late).displaced


def test_what_a_replica_sold_that_did_not_know_yet_is_handled_by_the_sweep() -> None:
    world = World()
    known = world.source.catalogue
    apply(world, away())
    decided, world.source.catalogue = world.source.catalogue, known
    booked = world.book()
    world.source.catalogue = decided
    sweep(world, seconds=3)
    assert get(world, booked).displaced


def test_what_slipped_through_is_found_when_everything_is_looked_over() -> None:
    world = World()
    booked = world.book()
    world.source.put(replace(agent(), active=False))
    world.booking.look_over_calendars()
    assert get(world, booked).displaced


def test_of_two_that_were_sold_at_one_time_one_is_displaced_and_stays_so() -> None:
    """Two replicas knew different hours for a moment."""
    world = World()
    first = world.book(FIRST_SLOT, "key-1")
    second = world.book(FIRST_SLOT + LENGTH, "key-2")
    claim = world.claims.find(second.appointment_id)
    assert claim
    earlier = timedelta(minutes=10)
    off_grid = replace(claim, starts_at=claim.starts_at - earlier, ends_at=claim.ends_at - earlier)
    del world.claims.by_id[claim.claim_id]
    world.claims.by_id[off_grid.claim_id] = off_grid
    for _ in range(2):
        world.booking.look_over_calendars()
        world.booking.help_displaced()
        assert displaced(world) == [second.appointment_id]
    world.booking.appointments.cancel(first.appointment_id, "citizen", world.clock.now())
    world.booking.help_displaced()
    assert displaced(world) == []
