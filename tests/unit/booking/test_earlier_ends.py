"""A wish for an earlier time ends, an offer is over or another's, a process dies in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.booking.domain.claim import HOLD
from services.contracts.booking import CancelAppointment, GetAppointment, MoveAppointment
from services.contracts.booking_events import AppointmentMoved
from services.contracts.earlier import AcceptEarlier, DeclineEarlier, GetEarlierWish, StopAskingForEarlier
from services.contracts.errors import AppointmentStarted, HoldExpired, InvalidField, NotFound
from tests.unit.booking.morning import STARTS, Morning
from tests.unit.booking.morning import world as world  # a fixture


def test_who_takes_his_wish_back_gives_the_offered_slot_back(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    stop = StopAskingForEarlier(appointment_id=world.at(8))
    assert world.booking.stop_asking_for_earlier(stop).state == "none"
    assert world.free_starts() == [STARTS[4]]
    assert world.booking.stop_asking_for_earlier(stop).state == "none"


def test_a_cancelled_appointment_waits_no_more(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    world.free(8)
    assert world.wish(8).state == "none"
    assert world.free_starts() == [STARTS[4], STARTS[8]]


def test_an_appointment_that_begins_waits_no_more(world: Morning) -> None:
    world.ask(1)
    world.clock.set(STARTS[1])
    world.go_on()
    assert world.wishes.by_id == {}


def test_who_moved_by_hand_is_offered_what_is_earlier_than_his_new_time(world: Morning) -> None:
    world.ask(4)
    world.free(8)
    request = MoveAppointment(appointment_id=world.at(4), starts_at=STARTS[8], actor="citizen")
    world.booking.move_appointment(request)
    world.booking.follow_appointment(_moved(world))
    world.go_on()
    assert world.offer(4).starts_at == STARTS[4], "his own old time is free, and earlier"


def test_an_offer_that_is_no_earlier_any_more_is_taken_back(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    offer = world.offer(8)
    world.booking.cancel_appointment(CancelAppointment(appointment_id=world.at(2), actor="citizen"))
    request = MoveAppointment(appointment_id=world.at(8), starts_at=STARTS[2], actor="citizen")
    world.booking.move_appointment(request)
    with pytest.raises(HoldExpired):
        world.accept(8, offer.offer_id)
    world.go_on()
    assert world.wish(8).state == "waiting"
    assert STARTS[4] in world.free_starts()


def _moved(world: Morning) -> AppointmentMoved:
    return [event for event in world.claims.told if isinstance(event, AppointmentMoved)][-1]


def test_an_offer_that_is_over_cannot_be_accepted(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    offer = world.offer(8)
    world.clock.set(offer.answer_until)
    with pytest.raises(HoldExpired):
        world.accept(8, offer.offer_id)
    world.go_on()
    with pytest.raises(HoldExpired):
        world.accept(8, offer.offer_id)


def test_somebody_elses_offer_cannot_be_accepted_or_declined(world: Morning) -> None:
    world.ask(7)
    world.ask(8)
    world.free(4)
    offer = world.offer(7)
    with pytest.raises(HoldExpired):
        world.accept(8, offer.offer_id)
    world.decline(8, offer.offer_id)
    assert world.offer(7) == offer


def test_a_hold_that_was_offered_to_nobody_cannot_be_accepted(world: Morning) -> None:
    world.booking.cancel_appointment(CancelAppointment(appointment_id=world.at(2), actor="citizen"))
    hold = world.hold(STARTS[2], "another")
    with pytest.raises(HoldExpired):
        world.accept(8, hold.appointment_id)


def test_an_unknown_or_cancelled_appointment_cannot_wait(world: Morning) -> None:
    world.free(8)
    with pytest.raises(NotFound):
        world.ask(8)
    with pytest.raises(NotFound):
        world.booking.get_earlier_wish(GetEarlierWish(appointment_id="nothing"))
    with pytest.raises(NotFound):
        world.booking.stop_asking_for_earlier(StopAskingForEarlier(appointment_id="nothing"))
    with pytest.raises(NotFound):
        world.booking.decline_earlier(DeclineEarlier(appointment_id="nothing", offer_id="x"))
    request = AcceptEarlier(appointment_id="nothing", offer_id="x", actor="citizen")
    with pytest.raises(NotFound):
        world.booking.accept_earlier(request)


def test_who_has_begun_or_arrived_cannot_wait(world: Morning) -> None:
    world.come(world.at(1))
    with pytest.raises(AppointmentStarted):
        world.ask(1)
    world.clock.set(STARTS[2])
    with pytest.raises(AppointmentStarted):
        world.ask(2)


def test_no_slot_could_lie_between_that_day_and_the_appointment(world: Morning) -> None:
    assert world.ask(8, not_before=STARTS[7]).not_before == STARTS[7]
    with pytest.raises(InvalidField) as refused:
        world.ask(8, not_before=STARTS[7] + timedelta(minutes=1))
    assert refused.value.args == ("not_before", "range")


def test_an_offer_out_of_a_hold_is_never_an_appointment(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    with pytest.raises(NotFound):
        world.booking.get_appointment(GetAppointment(appointment_id=world.offer(8).offer_id))


# --- a process may die between any two steps ---------------------------------------------


def test_a_hold_whose_maker_died_before_he_told_of_it_is_told_of(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    known = world.wishes.by_id[world.at(8)]
    untold = replace(known, state="waiting", offer=None, offers_made=0, revision=known.revision + 1)
    world.wishes.by_id[world.at(8)] = untold
    world.go_on()
    assert world.offer(8).offer_id == known.offer.offer_id if known.offer else False
    assert len([claim for claim in world.claims.by_id.values() if claim.state == HOLD]) == 1


def test_a_hold_whose_citizen_waits_no_more_goes_back(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    del world.wishes.by_id[world.at(8)]
    world.go_on()
    assert world.free_starts() == [STARTS[4]]


def test_an_offer_whose_hold_is_gone_goes_to_the_next(world: Morning) -> None:
    world.ask(7)
    world.ask(8)
    world.free(4)
    hold = world.claims.find(world.offer(7).offer_id)
    assert hold
    world.claims.lapse(hold)
    world.go_on()
    assert world.wish(7).state == "waiting"
    world.go_on()
    assert world.offer(8).starts_at == STARTS[4]


def test_a_wish_whose_offer_was_accepted_by_a_dying_process_ends(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    known = world.wishes.by_id[world.at(8)]
    world.accept(8)
    world.wishes.by_id[world.at(8)] = known
    world.go_on()
    assert world.wish(8).state == "none"
    assert world.free_starts() == [STARTS[8]]
