"""Free time that could be offered to those who wait in one queue, as it is during one sweep."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.booking.availability import MAX_DAYS, MAX_SLOT_DAYS, Availability, Offer, Wanted
from services.booking.domain.catalogue import Calendar, Catalogue, Kind
from services.booking.domain.earlier import OfferRules, Wish
from services.booking.domain.slots import Slot
from services.booking.earlier.ports import Queue, Wishes
from services.contracts.errors import SlotNotOffered, SlotPast


@dataclass(frozen=True, slots=True)
class Market:
    """Where openings are looked for: everything that is the same for all queues of a sweep."""

    catalogue: Catalogue
    availability: Availability
    wishes: Wishes
    rules: OfferRules
    now: datetime

    def openings(self, queue: Queue) -> Openings:
        """Free starts that somebody in the queue could want; which agents they are is asked later."""
        kind = self.catalogue.kinds.get(queue.kind)
        if kind is None:
            return Openings(self, None, queue.language, [])
        return Openings(self, kind, queue.language, list(self._starts(queue, kind)))

    def agents(self, kind: Kind, language: str, slot: Slot) -> list[Offer]:
        """Agents whose time that is, free and not yet declined too often."""
        with suppress(SlotPast, SlotNotOffered):
            offers = list(self.availability.offers(kind, language, slot.starts_at, self.now))
            passed = self.wishes.passed_by(offer.time_id for offer in offers)
            return [o for o in offers if passed.get(o.time_id, 0) < self.rules.per_slot]
        return []

    def _starts(self, queue: Queue, kind: Kind) -> Iterator[Slot]:
        calendar = self.catalogue.calendars[kind.calendar]
        if not self.rules.are_made(kind, calendar, self.now):
            return
        for slot in self._free(queue, calendar):
            if slot.ends_at <= queue.before and self.rules.held_until(slot, calendar.notice, self.now):
                yield slot

    def _free(self, queue: Queue, calendar: Calendar) -> Iterator[Slot]:
        """One question finds out that nothing is free, which is what mostly is."""
        wanted = Wanted(queue.kind, queue.language)
        first, last = calendar.day_of(self.now), calendar.day_of(queue.before)
        last = min(last, first + timedelta(days=MAX_DAYS - 1))
        days = list(self.availability.days(wanted, first, last, self.now)) if first <= last else []
        while days:
            week = [day for day in days if day < days[0] + timedelta(days=MAX_SLOT_DAYS)]
            yield from self.availability.slots(wanted, week[0], self.now, week[-1])
            days = days[len(week) :]


@dataclass(slots=True)
class Openings:
    """Free starts in order of time, and for those that were looked at the agents who have them."""

    market: Market
    kind: Kind | None
    language: str
    starts: list[Slot]
    _agents: dict[Slot, list[Offer]] = field(default_factory=dict)

    def first(self, wish: Wish) -> Offer | None:
        """The first time that suits the wish."""
        for slot in filter(wish.suits, list(self.starts)):
            if offers := self._offers(slot):
                return offers[0]
            self.starts.remove(slot)
        return None

    def drop(self, offer: Offer) -> None:
        """It is taken now, by whomever."""
        self._offers(offer.slot).remove(offer)

    def _offers(self, slot: Slot) -> list[Offer]:
        if slot not in self._agents:
            found = self.market.agents(self.kind, self.language, slot) if self.kind else []
            self._agents[slot] = found
        return self._agents[slot]
