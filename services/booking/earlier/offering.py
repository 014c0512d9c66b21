"""Time that is free is offered to those who wait, in the order in which they asked.

A sweep without a memory, which every replica runs: it finds free time however it became free, and
finishes what a dead process left between two steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking.availability import Availability, Offer
from services.booking.domain.claim import BOOKED, HOLD, Claim, Step
from services.booking.domain.earlier import (
    WAITING,
    Offered,
    OfferRules,
    Wish,
    following,
    passed_on,
    with_offer,
)
from services.booking.domain.life import PLATFORM, Transition
from services.booking.earlier import views
from services.booking.earlier.openings import Market, Openings
from services.booking.earlier.ports import Wishes
from services.booking.ports import CatalogueSource, Claims
from services.booking.scarcity import claim_time, give_back
from services.chassis.ids import new_id


@dataclass(frozen=True, slots=True)
class Offering:
    source: CatalogueSource
    claims: Claims
    wishes: Wishes
    availability: Availability
    rules: OfferRules

    def sweep(self, now: datetime) -> None:
        """Look after the offers that are out, then make new ones; safe in several replicas."""
        for begun in self.wishes.begun(now):
            self._follow(begun, now)
        for wish in self.wishes.offered():
            self._look_after(wish, now)
        for hold in self.claims.offered():
            self._reconcile(hold, now)
        self._offer_free(now)

    def follow(self, appointment_id: str, now: datetime) -> None:
        """Its appointment was moved or cancelled; repeatable."""
        wish = self.wishes.find(appointment_id)
        if wish is not None:
            self._follow(wish, now)

    def pass_on(self, wish: Wish, offer: Offered, now: datetime) -> bool:
        """The offer was declined or is over: next time the sweep makes it to the next.

        In this order, so that whoever goes on after a crash counts it, frees it and offers the next.
        """
        self._note_passed(wish, offer)
        self._give_back(offer, now)
        return self.wishes.change(wish, passed_on(wish, self.rules))

    def end(self, wish: Wish, now: datetime) -> bool:
        """The wish is no more; an offered slot that it did not take goes back."""
        offer = wish.offer
        if offer is None or self._is_accepted(wish, offer):
            return self.wishes.remove(wish)
        self._note_passed(wish, offer)
        gone = self.wishes.remove(wish)
        if gone:
            self._give_back(offer, now)
        return gone

    # --- offers that are out ----------------------------------------------------

    def _look_after(self, wish: Wish, now: datetime) -> None:
        offer = wish.offer
        if offer is None:
            return
        hold = self.claims.find(offer.offer_id)  # before the appointment, which may just be taking it over
        appointment = self._followed(wish, now)
        if appointment is None:
            return
        if appointment.accepted_offer == offer.offer_id:
            self.end(wish, now)
        elif not _is_held(hold, now) or offer.ends_at > appointment.starts_at:
            self.pass_on(wish, offer, now)

    def _reconcile(self, hold: Claim, now: datetime) -> None:
        """A hold of which its wish knows nothing was left by a dead process: tell of it, or give it back."""
        wish = self.wishes.find(hold.offered_to or "")
        if wish is not None and wish.offer is not None and wish.offer.offer_id == hold.appointment_id:
            return
        if wish is not None and _is_next(wish, hold, now):
            self._tell(wish, hold, now)
        else:
            give_back(self.claims, hold, now)

    def _follow(self, wish: Wish, now: datetime) -> None:
        appointment = self._followed(wish, now)
        if appointment is not None:
            self._brought_up(wish, appointment)

    def _brought_up(self, wish: Wish, appointment: Claim) -> Wish | None:
        """The wish as it is after its appointment was moved; None where another change came between."""
        if appointment.starts_at == wish.before:
            return wish
        after = following(wish, appointment)
        return after if self.wishes.change(wish, after) else None

    def _followed(self, wish: Wish, now: datetime) -> Claim | None:
        """The appointment as it stands; without one that is ahead the wish ends."""
        appointment = self.claims.find(wish.appointment_id)
        if appointment is None or appointment.state != BOOKED or appointment.starts_at <= now:
            self.end(wish, now)
            return None
        return appointment

    def _is_accepted(self, wish: Wish, offer: Offered) -> bool:
        appointment = self.claims.find(wish.appointment_id)
        return appointment is not None and appointment.accepted_offer == offer.offer_id

    def _note_passed(self, wish: Wish, offer: Offered) -> None:
        self.wishes.note_passed(offer.time_id, wish.appointment_id, offer.starts_at)

    def _give_back(self, offer: Offered, now: datetime) -> None:
        hold = self.claims.find(offer.offer_id)
        if hold is not None and hold.state == HOLD:
            give_back(self.claims, hold, now)

    # --- new offers -----------------------------------------------------------------

    def _offer_free(self, now: datetime) -> None:
        market = Market(self.source.load(), self.availability, self.wishes, self.rules, now)
        queues = {(queue.kind, queue.language): market.openings(queue) for queue in self.wishes.queues()}
        if not any(openings.starts for openings in queues.values()):
            return
        for wish in self.wishes.waiting():
            openings = queues.get((wish.kind, wish.language))
            if openings is not None and openings.first(wish) is not None:
                self._offer_first(wish, openings, now)

    def _offer_first(self, wish: Wish, openings: Openings, now: datetime) -> None:
        """One slot for one citizen, whoever else may be at it."""
        appointment = self._followed(wish, now)
        if appointment is None:
            return
        current = self._brought_up(wish, appointment)
        while current is not None and (offer := openings.first(current)):
            openings.drop(offer)
            if self._hold(current, appointment, offer, now):
                return

    def _hold(self, wish: Wish, appointment: Claim, offer: Offer, now: datetime) -> bool:
        """True when he is served: by this process or, at the same moment, by another."""
        hold = self._hold_of(wish, appointment, offer, now)
        if hold is None:
            return False
        if claim_time(self.claims, hold, now):
            self._tell(wish, hold, now)
            return True
        return self.claims.held_under(wish.holder, wish.next_key) is not None

    def _hold_of(self, wish: Wish, appointment: Claim, offer: Offer, now: datetime) -> Claim | None:
        notice = self.source.load().calendars[appointment.calendar].notice
        until = self.rules.held_until(offer.slot, notice, now)
        if until is None:
            return None
        return Claim(
            appointment_id=new_id(),
            version=1,
            state=HOLD,
            holder=wish.holder,
            hold_key=wish.next_key,
            held_until=until,
            renewals_left=0,
            subject=appointment.subject,
            topic=appointment.topic,
            kind=appointment.kind,
            calendar=appointment.calendar,
            language=appointment.language,
            agent_id=offer.agent.agent_id,
            agent_name=offer.agent.name,
            starts_at=offer.slot.starts_at,
            ends_at=offer.slot.ends_at,
            day=offer.day,
            offered_to=wish.appointment_id,
            trail=(Step(now, Transition.HELD.value, PLATFORM, 1),),
        )

    def _tell(self, wish: Wish, hold: Claim, now: datetime) -> None:
        """Lost to another change, the hold is looked after by the next sweep."""
        after = with_offer(wish, hold)
        self.wishes.change(wish, after, views.offered_event(after, now))


def _is_held(hold: Claim | None, now: datetime) -> bool:
    return hold is not None and hold.state == HOLD and not hold.is_vacant(now)


def _is_next(wish: Wish, hold: Claim, now: datetime) -> bool:
    """True for the hold that would have become the next offer."""
    fits = wish.state == WAITING and hold.hold_key == wish.next_key and wish.suits(hold.slot)
    return fits and not hold.is_vacant(now)
