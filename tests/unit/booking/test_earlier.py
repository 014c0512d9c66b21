"""The waiting list: who asked first is offered first, three times at most, and nothing is held for nobody."""

from __future__ import annotations

from datetime import timedelta

from services.contracts.booking import CancelAppointment, MoveAppointment
from services.contracts.booking_events import AppointmentMoved, EarlierSlotOffered
from services.contracts.earlier import EarlierWish
from tests.unit.booking.builders import EIGHT
from tests.unit.booking.morning import STARTS, Morning
from tests.unit.booking.morning import world as world  # a fixture


def test_nobody_has_asked_yet(world: Morning) -> None:
    assert world.wish(8) == EarlierWish(
        appointment_id=world.at(8), state="none", not_before=None, offers_left=3, offer=None
    )


def test_who_asks_waits_and_asking_twice_is_asking_once(world: Morning) -> None:
    assert world.ask(8).state == "waiting"
    before = world.wishes.by_id[world.at(8)]
    assert world.ask(8).state == "waiting"
    assert world.wishes.by_id[world.at(8)] == before


def test_a_slot_that_becomes_free_is_offered_and_told(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    offer = world.offer(8)
    assert (offer.starts_at, offer.ends_at) == (STARTS[4], STARTS[5])
    assert offer.answer_until == world.clock.now() + timedelta(minutes=30)
    assert world.wish(8).offers_left == 2
    told = world.wishes.told[-1]
    assert isinstance(told, EarlierSlotOffered)
    assert (told.appointment_id, told.offer_id) == (world.at(8), offer.offer_id)


def test_an_offered_slot_is_nobody_elses(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    assert world.free_starts() == []


def test_who_asked_first_is_offered_first_whoevers_appointment_is_later(world: Morning) -> None:
    world.ask(7)
    world.ask(8)
    world.free(2)
    assert world.wish(7).state == "offered"
    assert world.wish(8).state == "waiting"
    world.free(3)
    assert world.offer(8).starts_at == STARTS[3]


def test_whom_a_slot_does_not_suit_is_passed_over_and_keeps_his_place(world: Morning) -> None:
    world.ask(2)
    world.ask(8)
    world.ask(7, not_before=STARTS[6])
    world.free(4)
    assert world.offer(8).starts_at == STARTS[4]
    assert world.wish(2).state == world.wish(7).state == "waiting"


def test_an_accepted_offer_moves_the_appointment_and_frees_its_time(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    offer = world.offer(8)
    moved = world.accept(8)
    assert (moved.starts_at, moved.version, moved.state) == (STARTS[4], 2, "booked")
    assert world.free_starts() == [STARTS[8]]
    assert world.wish(8).state == "none"
    told = world.claims.told[-1]
    assert isinstance(told, AppointmentMoved)
    assert (told.appointment_id, told.starts_at) == (world.at(8), STARTS[4])
    assert told.starts_at_before == STARTS[8]
    assert world.accept(8, offer.offer_id) == moved


def test_accepting_again_after_another_change_answers_what_stands(world: Morning) -> None:
    world.ask(8)
    world.free(4)
    offer = world.offer(8)
    world.accept(8)
    request = MoveAppointment(appointment_id=world.at(8), starts_at=STARTS[8], actor="citizen")
    moved = world.booking.move_appointment(request)
    assert world.accept(8, offer.offer_id) == moved


def test_a_declined_offer_goes_to_the_next_and_does_not_come_back(world: Morning) -> None:
    world.ask(7)
    world.ask(8)
    world.free(4)
    declined = world.offer(7)
    assert world.decline(7).state == "waiting"
    world.go_on()
    assert world.offer(8).starts_at == STARTS[4]
    world.decline(8)
    world.go_on()
    assert world.wish(7).state == world.wish(8).state == "waiting"
    assert world.free_starts() == [STARTS[4]]
    assert world.decline(7, declined.offer_id).offers_left == 2


def test_an_offer_that_runs_out_goes_to_the_next(world: Morning) -> None:
    world.ask(7)
    world.ask(8)
    world.free(6)
    assert world.wish(7).state == "offered"
    world.clock.advance(minutes=30)
    assert world.wish(7).state == "waiting", "over at once, though nobody has noted it"
    world.go_on()
    assert world.offer(8).starts_at == STARTS[6]


def test_three_offers_end_a_wish_and_who_asks_again_stands_at_the_end(world: Morning) -> None:
    world.ask(7)
    for slot in (4, 5, 6):
        world.free(slot)
        assert world.wish(7).state == "offered"
        world.decline(7)
    assert world.wish(7).state == "ended"
    assert world.wish(7).offers_left == 0
    world.ask(8, not_before=STARTS[3])
    assert world.ask(7).state == "waiting"
    world.free(3)
    assert world.wish(8).state == "offered"
    assert world.wish(7).state == "waiting"
    assert world.wish(7).offers_left == 3


def test_a_slot_that_three_have_declined_is_everybodys(world: Morning) -> None:
    for number in (5, 6, 7, 8):
        world.ask(number)
    world.free(2)
    for number in (5, 6, 7):
        assert world.free_starts() == []
        world.decline(number)
        world.go_on()
    assert world.wish(8).state == "waiting"
    assert world.free_starts() == [STARTS[2]]


def test_two_free_agents_at_one_time_serve_two_citizens() -> None:
    world = Morning("agent-a", "agent-b")
    last = [n for n, booked in enumerate(world.booked) if booked.starts_at == STARTS[8]]
    for number in last:
        world.ask(number)
    for number in (n for n, booked in enumerate(world.booked) if booked.starts_at == STARTS[4]):
        world.booking.cancel_appointment(CancelAppointment(appointment_id=world.at(number), actor="citizen"))
    world.go_on()
    assert [world.offer(number).starts_at for number in last] == [STARTS[4]] * 2


def test_the_same_time_with_another_agent_is_not_offered_again() -> None:
    world = Morning("agent-a", "agent-b")
    world.ask(17)
    world.free(8)
    world.decline(17)
    world.free(9)
    assert world.wish(17).state == "waiting"


def test_an_offer_ends_before_its_slot_can_no_longer_be_booked() -> None:
    world = Morning(notice=timedelta(minutes=25))
    world.ask(8)
    world.free(1)
    assert world.offer(8).answer_until == STARTS[1] - timedelta(minutes=25)


def test_a_slot_that_leaves_no_time_to_answer_is_not_offered() -> None:
    world = Morning(notice=timedelta(minutes=25))
    world.ask(8)
    world.free(0)
    assert world.wish(8).state == "waiting"


def test_nobody_is_disturbed_at_night(world: Morning) -> None:
    world.clock.set(EIGHT - timedelta(minutes=61))
    world.ask(8)
    world.free(4)
    assert world.wish(8).state == "waiting"
    world.go_on(minutes=1)
    assert world.wish(8).state == "offered"


def test_a_slot_that_only_touches_his_own_is_earlier_and_one_that_reaches_into_it_is_not(
    world: Morning,
) -> None:
    world.ask(8)
    world.free(7)
    assert world.offer(8).starts_at == STARTS[7]
