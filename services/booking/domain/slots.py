"""Free slots are interval arithmetic: tile the working hours, take away what is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from services.booking.domain.hours import WeeklyHours, Window
from services.booking.domain.local_time import instant, local_day


class Slot(NamedTuple):
    """[starts_at, ends_at) in UTC."""

    starts_at: datetime
    ends_at: datetime

    def touches(self, other: Slot) -> bool:
        """True when the two have an instant in common."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Grid(NamedTuple):
    """How time is cut into slots."""

    zone: tzinfo
    length: timedelta
    pause: timedelta
    """Between two slots."""


def slots_of_day(day: date, hours: WeeklyHours, grid: Grid, closed: frozenset[date]) -> tuple[Slot, ...]:
    """Slots that begin on `day`, in order, also those of a window that opened the evening before.

    A window counts for the day on which it opens: closing that day closes all of it.
    """
    evening_before = day - timedelta(days=1)
    earlier, today = (
        () if opening in closed else hours.days[opening.weekday()] for opening in (evening_before, day)
    )
    return _slots(day, earlier, today, grid)


@lru_cache(maxsize=8192)
def _slots(day: date, earlier: tuple[Window, ...], today: tuple[Window, ...], grid: Grid) -> tuple[Slot, ...]:
    opened = [(day - timedelta(days=1), window) for window in earlier] + [(day, window) for window in today]
    slots = (slot for opening, window in opened for slot in tile(opening, window, grid))
    return tuple(slot for slot in slots if local_day(slot.starts_at, grid.zone) == day)


def tile(day: date, window: Window, grid: Grid) -> Iterator[Slot]:
    """Slots that fill one window of `day`, back to back but for the pause, in elapsed time.

    A window over the night of a clock change is an hour shorter or longer, and
    holds fewer or more slots; each still has the full length.
    """
    starts_at, closes = instant(day, window.opens, grid.zone), instant(day, window.closes, grid.zone)
    while starts_at + grid.length <= closes:
        yield Slot(starts_at, starts_at + grid.length)
        starts_at += grid.length + grid.pause


def is_open(slot: Slot, hours: WeeklyHours, zone: tzinfo, closed: frozenset[date]) -> bool:
    """True where one window of the working hours holds all of `slot`, on the grid or not."""
    day = local_day(slot.starts_at, zone)
    return any(
        instant(opening, window.opens, zone) <= slot.starts_at
        and slot.ends_at <= instant(opening, window.closes, zone)
        for opening in (day - timedelta(days=1), day)
        if opening not in closed
        for window in hours.days[opening.weekday()]
    )


def without(slots: Iterable[Slot], taken: Iterable[Slot]) -> Iterator[Slot]:
    """Slots that touch none of `taken`; both in order of start, each without overlaps."""
    claims = iter(taken)
    claim = next(claims, None)
    for slot in slots:
        while claim is not None and claim.ends_at <= slot.starts_at:
            claim = next(claims, None)
        if claim is None or not claim.touches(slot):
            yield slot
