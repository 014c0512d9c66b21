"""The waiting list: who asked first is offered first, three times at most, and nothing is held for nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.booking.domain.claim import HOLD
from services.booking.domain.hours import WeeklyHours
from services.contracts.booking import Appointment, CancelAppointment, GetAppointment, MoveAppointment
from services.contracts.booking_events import AppointmentMoved, EarlierSlotOffered
from services.contracts.earlier import (
    AcceptEarlier,
    AskForEarlier,
    DeclineEarlier,
    EarlierOffer,
    EarlierWish,
    GetEarlierWish,
    StopAskingForEarlier,
)
from services.contracts.errors import AppointmentStarted, HoldExpired, InvalidField, NotFound
from services.contracts.slots import FindFreeSlots
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY, PERSON, World, agent

MORNING = WeeklyHours.parse([["08:30-11:30"]] * 5 + [[], []])
STARTS = [FIRST_SLOT + n * LENGTH for n in range(9)]


class Morning(World):
    """One day, no free slot: only what somebody gives back can be offered."""

    def __init__(self, *agents: str, **changes: Any) -> None:
        names = agents or ("agent-a",)
        staff = [agent(name, hours=MORNING) for name in names]
        super().__init__(*staff, **{"horizon_days": 0, "notice": timedelta(0), **changes})
        self.booked = [self._book_one(n, start, name) for n, start in enumerate(STARTS) for name in names]

    def _book_one(self, number: int, start: datetime, name: str) -> Appointment:
        citizen = replace(PERSON, email=f"citizen-{number}-{name}@example.org")
        return self.book(start, f"key-{number}-{name}", applicant=citizen)

    def at(self, number: int) -> str:
        """Who has that slot at the beginning."""
        return self.booked[number].appointment_id

    def ask(self, number: int, not_before: datetime | None = None) -> EarlierWish:
        """A minute after whoever asked before."""
        self.clock.advance(seconds=1)
        request = AskForEarlier(appointment_id=self.at(number), not_before=not_before)
        return self.booking.ask_for_earlier(request)

    def wish(self, number: int) -> EarlierWish:
        return self.booking.get_earlier_wish(GetEarlierWish(appointment_id=self.at(number)))

    def offer(self, number: int) -> EarlierOffer:
        offer = self.wish(number).offer
        assert offer, "nothing is offered"
        return offer

    def free(self, number: int) -> None:
        """The citizen who has that slot gives it back, and time goes on until somebody is offered it."""
        self.booking.cancel_appointment(CancelAppointment(appointment_id=self.at(number), actor="citizen"))
        self.go_on()

    def go_on(self, **time: int) -> None:
        self.clock.advance(**time)
        self.booking.sweep()
        self.booking.offer_earlier()

    def accept(self, number: int, offer_id: str = "") -> Appointment:
        chosen = offer_id or self.offer(number).offer_id
        request = AcceptEarlier(appointment_id=self.at(number), offer_id=chosen, actor="citizen")
        return self.booking.accept_earlier(request)

    def decline(self, number: int, offer_id: str = "") -> EarlierWish:
        chosen = offer_id or self.offer(number).offer_id
        return self.booking.decline_earlier(DeclineEarlier(appointment_id=self.at(number), offer_id=chosen))

    def free_starts(self) -> list[datetime]:
        request = FindFreeSlots(kind="video", language="fr", day=MONDAY)
        return [slot.starts_at for slot in self.booking.find_free_slots(request).slots]


@pytest.fixture
def world() -> Morning:
    return Morning()


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


# --- a process may die between any two steps -----------------------------------------


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
