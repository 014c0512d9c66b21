"""Random histories of a waiting list whose processes sleep and die between any two steps.

Everything that `histories` drives goes on beside it: holds, moves, cancellations, news from the calls.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from services.booking.domain.catalogue import Agent
from services.booking.domain.earlier import WAITING, OfferRules, Wish
from services.booking.domain.hours import WeeklyHours
from services.booking.domain.slots import Slot
from services.contracts.booking import Appointment
from services.contracts.earlier import AcceptEarlier, AskForEarlier, DeclineEarlier, StopAskingForEarlier
from services.contracts.errors import SlotTaken
from tests.unit.booking.builders import agent, confirm_request, hold_request
from tests.unit.booking.fake_wishes import FakeWishes
from tests.unit.booking.histories import AGENTS, LIMIT, STARTS, Histories
from tests.unit.booking.stepwise import Stepwise

RULES = OfferRules(per_citizen=2, per_slot=1)
"""Fewer than in life: a history comes to its limits sooner."""
_OFFER_MINUTES = 31
"""More than an offer lasts."""


class StepwiseWishes(Stepwise):
    """A waiting list whose callers pause between steps; keeps to whom each time was offered."""

    changes = frozenset({"add", "change", "remove", "note_passed"})


class EarlierHistories(Histories):
    """Who asked first is offered first, a few times at most, and what is offered is his alone."""

    def __init__(self) -> None:
        self.list = self.wishes()
        super().__init__()
        self.offered_to: dict[str, set[str]] = defaultdict(set)
        self.accepted: set[tuple[str, str]] = set()
        self.offers: dict[tuple[str, datetime], set[str]] = defaultdict(set)

    def offer_rules(self) -> OfferRules:
        """Few offers."""
        return RULES

    def staff(self) -> list[Agent]:
        """Who works at the few times alone that clients meet at, so that what is earlier is scarce."""
        hours = WeeklyHours.parse([["13:00-14:00"]] * 5 + [[], []])
        return [agent(name, hours=hours) for name in AGENTS]

    def wishes(self) -> FakeWishes:
        """An empty waiting list."""
        return FakeWishes()

    def waiting_list(self) -> Any:
        return StepwiseWishes(self.list)

    @initialize(starts=st.lists(st.sampled_from(STARTS), min_size=2, max_size=LIMIT))
    def some_have_booked_and_wait(self, starts: list[datetime]) -> None:
        """Otherwise few histories come to where an offer is made."""
        for number, start in enumerate(starts):
            request = hold_request(start, "first", holder=f"citizen-{number}")
            with suppress(SlotTaken):
                self._book_and_wait(self.booking.hold_slot(request).appointment_id, request.holder)

    def _book_and_wait(self, appointment_id: str, holder: str) -> None:
        self.holders[appointment_id] = holder
        confirm = confirm_request(appointment_id, holder=holder)
        self._answered(self.booking.confirm_appointment(confirm))
        self._later()
        self.booking.ask_for_earlier(AskForEarlier(appointment_id=appointment_id))

    # --- what citizens do ---------------------------------------------------------

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.seen)
    def ask(self, number: int, nap: bool) -> None:
        self._later()
        request = AskForEarlier(appointment_id=self._any(number))
        self._run(lambda: self.booking.ask_for_earlier(request), lambda _: None, nap)

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.list.by_id)
    def stop(self, number: int, nap: bool) -> None:
        request = StopAskingForEarlier(appointment_id=self._waiter(number).appointment_id)
        self._run(lambda: self.booking.stop_asking_for_earlier(request), lambda _: None, nap)

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.list.offered())
    def accept(self, number: int, nap: bool) -> None:
        wish = self._with_offer(number)
        assert wish.offer
        offer, alone = wish.offer, not self.asleep
        promised = alone and offer.answer_until > self.clock.now() and self._stands(wish)
        request = AcceptEarlier(appointment_id=wish.appointment_id, offer_id=offer.offer_id, actor="citizen")
        answer = self._run(lambda: self.booking.accept_earlier(request), self._answered, nap)
        if promised and not nap:
            assert isinstance(answer, Appointment), f"an offer was not kept: {answer!r}"
            assert answer.starts_at == offer.starts_at

    @rule(number=st.integers(0, 9), nap=st.booleans())
    @precondition(lambda self: self.list.offered())
    def decline(self, number: int, nap: bool) -> None:
        wish = self._with_offer(number)
        assert wish.offer
        request = DeclineEarlier(appointment_id=wish.appointment_id, offer_id=wish.offer.offer_id)
        self._run(lambda: self.booking.decline_earlier(request), lambda _: None, nap)

    # --- what happens to them ---------------------------------------------------------

    @rule(nap=st.booleans())
    def offer(self, nap: bool) -> None:
        alone, before = not self.asleep, self._held_offers()
        if alone:
            self._moves_are_heard_of()
        self._run(self.booking.offer_earlier, lambda _: None, nap)
        if alone and not nap:
            self._nobody_waits_for_what_he_could_have()
            self._nobody_was_passed_over(before)

    @rule(minutes=st.integers(10, 25))
    def wait_long(self, minutes: int) -> None:
        if self.clock.now() < STARTS[0] - 4 * (STARTS[1] - STARTS[0]):
            self.clock.advance(minutes=minutes)

    # --- what must hold at every moment --------------------------------------------------

    @invariant()
    def no_time_is_offered_to_two(self) -> None:
        """A hold is one document, so two offers of one time would name two holds."""
        standing = [wish.offer for wish in self.list.offered() if wish.offer and self._is_held(wish)]
        times = [offer.time_id for offer in standing]
        assert len(times) == len(set(times))

    @invariant()
    def no_wish_brings_too_many_offers(self) -> None:
        self._note_offers()
        assert max(map(len, self.offers.values()), default=0) <= RULES.per_citizen

    @invariant()
    def no_time_is_declined_too_often(self) -> None:
        self._note_offers()
        for time_id, citizens in self.offered_to.items():
            took = {who for who in citizens if (time_id, who) in self.accepted}
            assert len(citizens - took) <= RULES.per_slot

    def teardown(self) -> None:
        """Whoever sleeps dies; the next sweep finishes everything, and an offer is held for who has it."""
        for process, _ in self.asleep:
            process.throw()
        self.asleep.clear()
        self.booking.sweep()
        self._moves_are_heard_of()
        self.booking.offer_earlier()
        assert self._held_offers() == {wish.offer.offer_id for wish in self.list.offered() if wish.offer}
        self._nobody_waits_for_what_he_could_have()
        self.clock.advance(minutes=_OFFER_MINUTES)
        self.booking.sweep()
        super().teardown()

    # --- the model ------------------------------------------------------------------------

    def _nobody_waits_for_what_he_could_have(self) -> None:
        """After a sweep alone: whoever asked, nothing is free that suits him and could still be offered."""
        free = self._free_times()
        passed = self.list.passed_by(free)
        for wish in self.list.by_id.values():
            if wish.state == WAITING:
                left = [
                    t for t, slot in free.items() if wish.suits(slot) and passed.get(t, 0) < RULES.per_slot
                ]
                assert not left, f"{wish} could have {left}"

    def _moves_are_heard_of(self) -> None:
        """As by booking's own events, which come within seconds."""
        for appointment_id in list(self.list.by_id):
            self.booking.offering.follow(appointment_id, self.clock.now())

    def _nobody_was_passed_over(self, before: set[str]) -> None:
        """Whoever got something in this sweep: nobody who asked before him still waits and would have it."""
        waiting = self.list.waiting()
        for wish in self.list.offered():
            if wish.offer and wish.offer.offer_id not in before:
                slot = Slot(wish.offer.starts_at, wish.offer.ends_at)
                assert not [one for one in waiting if one.asked_at < wish.asked_at and one.suits(slot)]

    def _held_offers(self) -> set[str]:
        return {hold.appointment_id for hold in self._claims().offered()}

    def _free_times(self) -> dict[str, Slot]:
        length = STARTS[1] - STARTS[0]
        found = self.booking.availability
        return {
            offer.time_id: Slot(start, start + length)
            for start in (slot.starts_at for slot in self._free() if slot.starts_at in self._offerable())
            for offer in found.offers(found.source.load().kinds["video"], "fr", start, self.clock.now())
        }

    def _offerable(self) -> set[Any]:
        notice = self.booking.availability.source.load().calendars["office"].notice
        return {slot.starts_at for slot in self._free() if RULES.held_until(slot, notice, self.clock.now())}

    def _later(self) -> None:
        """No two ask at one instant: ids, which would decide, are other ones in each run."""
        self.clock.advance(seconds=1)

    def _note_offers(self) -> None:
        """To whom each time was offered, and who took it."""
        for wish in self.list.offered():
            if wish.offer:
                self.offered_to[wish.offer.time_id].add(wish.appointment_id)
                self.offers[wish.appointment_id, wish.asked_at].add(wish.offer.offer_id)
        for claim in self._claims().by_id.values():
            if claim.accepted_offer:
                self.accepted.add((claim.claim_id, claim.appointment_id))

    def _stands(self, wish: Wish) -> bool:
        now = self._get(wish.appointment_id)
        earlier = now is not None and wish.offer is not None and wish.offer.ends_at <= now.starts_at
        return earlier and now is not None and now.state == "booked" and self._is_held(wish)

    def _is_held(self, wish: Wish) -> bool:
        hold = self._claims().find(wish.offer.offer_id) if wish.offer else None
        return hold is not None and hold.state == "hold"

    def _claims(self) -> Any:
        return self.booking.availability.claims

    def _waiter(self, number: int) -> Wish:
        found = list(self.list.by_id.values())
        return found[number % len(found)]

    def _with_offer(self, number: int) -> Wish:
        found = self.list.offered()
        return found[number % len(found)]
