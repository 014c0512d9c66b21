"""Which time is free, and who could be asked for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from services.booking.domain.catalogue import Agent, Calendar, Catalogue, Kind
from services.booking.domain.choice import in_order_of_choice
from services.booking.domain.claim import time_id
from services.booking.domain.slots import Slot, without
from services.booking.ports import CatalogueSource, Claims, PublicHolidays
from services.contracts.booking import LANGUAGES, PARTS_OF_DAY
from services.contracts.errors import InvalidField, NotFound, SlotNotOffered, SlotPast

MAX_DAYS = 62
MAX_SLOT_DAYS = 7
_FIRST_LOOK = 8


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
    source: CatalogueSource
    claims: Claims
    holidays: PublicHolidays

    def slots(self, wanted: Wanted, day: date, now: datetime, last: date | None = None) -> list[Slot]:
        """Free slots of `day`, or up to `last`, in order, each start once.

        Errors: InvalidField, NotFound(kind).
        """
        last = day if last is None else last
        if not timedelta(0) <= last - day < timedelta(days=MAX_SLOT_DAYS):
            raise InvalidField("last", "range")
        return sorted(chain.from_iterable(self._free(wanted, day, last, now).values()))

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
        return {day: len(slots) for day, slots in sorted(free.items()) if slots}

    def offers(self, kind: Kind, language: str, starts_at: datetime, now: datetime) -> Iterator[Offer]:
        """Free agents for that start, the one to ask first first.  Errors: SlotPast, SlotNotOffered."""
        catalogue = self.source.load()
        calendar, day = _calendar_day(catalogue, kind, starts_at, now)
        offers = self._offered(catalogue.agents_of(kind, language), calendar, day, starts_at)
        order = in_order_of_choice(offers, self.claims.load(calendar.code, day))
        return self._free_ones([offers[agent] for agent in order], now)

    def _free_ones(self, offers: list[Offer], now: datetime) -> Iterator[Offer]:
        """Looked at in growing batches: mostly one of the first is free, however many agents there are."""
        size = _FIRST_LOOK
        while offers:
            batch, offers, size = offers[:size], offers[size:], 2 * size
            vacant = self.claims.vacant([offer.time_id for offer in batch], now)
            yield from (o for o in batch if o.time_id in vacant and self._fits(o, now))

    def _offered(
        self, agents: Iterable[Agent], calendar: Calendar, day: date, starts_at: datetime
    ) -> dict[Agent, Offer]:
        closed = self._closed(calendar, day, day)
        slot = Slot(starts_at, starts_at + calendar.length)
        working = (agent for agent in agents if slot in agent.slots(day, calendar, closed))
        offers = {agent: Offer(agent, slot, day) for agent in working}
        if not offers:
            raise SlotNotOffered
        return offers

    def _fits(self, offer: Offer, now: datetime) -> bool:
        """False where a claim made under other working hours reaches into the slot."""
        return not any(self.claims.touching(offer.agent.agent_id, offer.day, offer.slot, now))

    def _free(self, wanted: Wanted, first: date, last: date, now: datetime) -> dict[date, set[Slot]]:
        _check(wanted)
        catalogue = self.source.load()
        kind = kind_of(catalogue, wanted.kind)
        calendar = catalogue.calendars[kind.calendar]
        days = _within(calendar.bookable_days(now), first, last)
        free: dict[date, set[Slot]] = defaultdict(set)
        if days:
            self._collect(free, catalogue.agents_of(kind, wanted.language), calendar, days, now)
        if wanted.part_of_day:
            return defaultdict(set, {day: _part(slots, calendar, wanted) for day, slots in free.items()})
        return free

    def _collect(
        self,
        free: dict[date, set[Slot]],
        agents: Iterable[Agent],
        calendar: Calendar,
        days: Sequence[date],
        now: datetime,
    ) -> None:
        closed = self._closed(calendar, days[0], days[-1])
        taken: dict[str, list[Slot]] = defaultdict(list)
        for agent_id, slot in self.claims.taken(calendar.code, days[0], days[-1], now):
            taken[agent_id].append(slot)
        for agent in agents:
            slots_by_day = {day: agent.slots(day, calendar, closed) for day in days}
            still = set(without(chain.from_iterable(slots_by_day.values()), taken[agent.agent_id]))
            for day, slots in slots_by_day.items():
                free[day].update(s for s in slots if s in still and calendar.may_begin(s.starts_at, now))

    def _closed(self, calendar: Calendar, first: date, last: date) -> frozenset[date]:
        if not calendar.holidays_of:
            return calendar.closures
        # A window that opened the evening before counts for that day.
        return calendar.closures | self.holidays.between(
            calendar.holidays_of, first - timedelta(days=1), last
        )


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


def _part(slots: Iterable[Slot], calendar: Calendar, wanted: Wanted) -> set[Slot]:
    return {slot for slot in slots if calendar.is_in(wanted.part_of_day, slot.starts_at)}


def _within(bookable: tuple[date, date], first: date, last: date) -> list[date]:
    begin, end = max(first, bookable[0]), min(last, bookable[1])
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
