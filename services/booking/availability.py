"""Which time is free, and who could be asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain

from services.booking.domain.catalogue import Agent, Calendar, Catalogue, Kind
from services.booking.domain.choice import in_order_of_choice
from services.booking.domain.claim import time_id
from services.booking.domain.slots import Slot
from services.booking.domain.taken import Board, WorkingDay
from services.booking.ports import CatalogueSource, Claims
from services.booking.workdays import WorkDays
from services.contracts.booking import LANGUAGES
from services.contracts.errors import InvalidField, NotFound, SlotNotOffered, SlotPast
from services.contracts.slots import PARTS_OF_DAY

MAX_DAYS = 62
MAX_SLOT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Offer:
    """Time of one agent that could be claimed."""

    agent: Agent
    slot: Slot
    day: date

    @property
    def time_id(self) -> str:
        return time_id(self.agent.agent_id, self.slot.starts_at)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: codes of the contract."""

    kind: str
    language: str
    part_of_day: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """Answers from the read model; what it says may be a moment old, which claiming finds out."""

    source: CatalogueSource
    claims: Claims
    work: WorkDays

    def slots(self, wanted: Wanted, day: date, now: datetime, last: date | None = None) -> list[Slot]:
        """Free slots of `day`, or up to `last`, in order, each start once.

        Errors: InvalidField, NotFound(kind).
        """
        last = day if last is None else last
        if not timedelta(0) <= last - day < timedelta(days=MAX_SLOT_DAYS):
            raise InvalidField("last", "range")
        free = self._free(wanted, day, last, now)
        return list(chain.from_iterable(working.at(mask) for _, working, mask in free))

    def bookable_days(self, kind: str, now: datetime) -> tuple[date, date]:
        """First and last day that can be booked, inclusive.  Errors: NotFound(kind)."""
        catalogue = self.source.load()
        return catalogue.calendars[kind_of(catalogue, kind).calendar].bookable_days(now)

    def next(self, wanted: Wanted, not_before: datetime, now: datetime) -> Slot | None:
        """The first free slot from that instant on.  Errors: InvalidField, NotFound(kind)."""
        _check(wanted)
        catalogue = self.source.load()
        calendar = catalogue.calendars[kind_of(catalogue, wanted.kind).calendar]
        if not_before > now + timedelta(days=calendar.horizon_days + 1):
            return None
        last = calendar.bookable_days(now)[1]
        # Day by day: the first one mostly has a free slot, and no other need be read.
        for day in _within(calendar.bookable_days(now), calendar.day_of(max(not_before, now)), last):
            for slot in self.slots(wanted, day, now):
                if slot.starts_at >= not_before:
                    return slot
        return None

    def days(self, wanted: Wanted, first: date, last: date, now: datetime) -> dict[date, int]:
        """Days with free slots, and how many starts.  Errors: InvalidField, NotFound(kind)."""
        if not timedelta(0) <= last - first < timedelta(days=MAX_DAYS):
            raise InvalidField("last", "range")
        free = self._free(wanted, first, last, now)
        return {day: mask.bit_count() for day, _, mask in free if mask}

    def offers(self, kind: Kind, language: str, starts_at: datetime, now: datetime) -> Iterator[Offer]:
        """Free agents for that start, the one to ask first first.  Errors: SlotPast, SlotNotOffered."""
        catalogue = self.source.load()
        calendar, day = _calendar_day(catalogue, kind, starts_at, now)
        board = self._boards(catalogue, calendar, [day], now)[day]
        slot = Slot(starts_at, starts_at + calendar.length)
        offers = {
            agent: Offer(agent, slot, day)
            for agent in catalogue.agents_of(kind, language)
            if board.works(agent.agent_id, slot)
        }
        if not offers:
            raise SlotNotOffered
        loads = {agent.agent_id: board.load(agent.agent_id) for agent in offers}
        order = [offers[agent] for agent in in_order_of_choice(offers, loads)]
        return self._free_ones(order, board, self.work.is_settled(catalogue), now)

    def _free_ones(self, offers: list[Offer], board: Board, settled: bool, now: datetime) -> Iterator[Offer]:
        free = [offer for offer in offers if board.is_free(offer.agent.agent_id, offer.slot)]
        yield from (offer for offer in free if settled or self._fits(offer, now))
        # Before anybody is refused: the others may have become free just now.
        others = [offer for offer in offers if offer not in free]
        vacant = self.claims.vacant([offer.time_id for offer in others], now) if others else frozenset()
        yield from (offer for offer in others if offer.time_id in vacant and self._fits(offer, now))

    def _fits(self, offer: Offer, now: datetime) -> bool:
        """False where a claim made under other working hours reaches into the slot."""
        return not any(self.claims.touching(offer.agent.agent_id, offer.day, offer.slot, now))

    def _free(
        self, wanted: Wanted, first: date, last: date, now: datetime
    ) -> list[tuple[date, WorkingDay, int]]:
        """Day by day: its slots, and which of them are free as a bitmask."""
        _check(wanted)
        catalogue = self.source.load()
        kind = kind_of(catalogue, wanted.kind)
        calendar = catalogue.calendars[kind.calendar]
        agents = [agent.agent_id for agent in catalogue.agents_of(kind, wanted.language)]
        boards = self._boards(catalogue, calendar, _within(calendar.bookable_days(now), first, last), now)
        free = ((day, board.working, board.free(agents)) for day, board in boards.items())
        return [(day, work, mask & _asked(work, calendar, wanted, now)) for day, work, mask in free]

    def _boards(
        self, catalogue: Catalogue, calendar: Calendar, days: Sequence[date], now: datetime
    ) -> dict[date, Board]:
        if not days:
            return {}
        evening_before = days[0] - timedelta(days=1)
        taken = self.claims.days(calendar.code, [evening_before, *days])
        return {
            day: Board(
                self.work.of(catalogue, calendar, day), taken[day], taken[day - timedelta(days=1)], now
            )
            for day in days
        }

    def keep_days(self, now: datetime) -> None:
        """See to it that the read model is right for all days that can be booked; called again and again."""
        for calendar in self.source.load().calendars.values():
            self.claims.keep_days(calendar.code, *calendar.bookable_days(now))


def kind_of(catalogue: Catalogue, code: str) -> Kind:
    """Errors: NotFound(kind)."""
    kind = catalogue.kinds.get(code)
    if kind is None:
        raise NotFound("kind")
    return kind


def _calendar_day(
    catalogue: Catalogue, kind: Kind, starts_at: datetime, now: datetime
) -> tuple[Calendar, date]:
    """The calendar, and its own day of that start.  Errors: SlotPast, SlotNotOffered beyond the horizon."""
    calendar = catalogue.calendars[kind.calendar]
    if not calendar.may_begin(starts_at, now):
        raise SlotPast
    day = calendar.day_of(starts_at)
    if day > calendar.bookable_days(now)[1]:
        raise SlotNotOffered
    return calendar, day


def _check(wanted: Wanted) -> None:
    if wanted.language not in LANGUAGES:
        raise InvalidField("language", "choice")
    if wanted.part_of_day not in ("", *PARTS_OF_DAY):
        raise InvalidField("part_of_day", "choice")


def _asked(working: WorkingDay, calendar: Calendar, wanted: Wanted, now: datetime) -> int:
    """Positions of the slots that can still be booked and lie in the part of the day that is wanted."""
    part = working.where(partial(calendar.is_in, wanted.part_of_day)) if wanted.part_of_day else -1
    return working.after(now + calendar.notice) & part


def _within(bookable: tuple[date, date], first: date, last: date) -> list[date]:
    begin, end = max(first, bookable[0]), min(last, bookable[1])
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
