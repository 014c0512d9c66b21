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


@lru_cache(maxsize=16_384)
def tile(day: date, window: Window, zone: tzinfo, length: timedelta, pause: timedelta) -> tuple[Slot, ...]:
    """Slots that fill one window of `day`, back to back but for the pause, in elapsed time.

    A window over the night of a clock change is an hour shorter or longer, and
    holds fewer or more slots; each still lasts `length`.
    """
    closes = instant(day, window.closes, zone)
    slots, starts_at = [], instant(day, window.opens, zone)
    while starts_at + length <= closes:
        slots.append(Slot(starts_at, starts_at + length))
        starts_at += length + pause
    return tuple(slots)


def slots_of_day(
    day: date, hours: WeeklyHours, zone: tzinfo, length: timedelta, pause: timedelta, closed: frozenset[date]
) -> Iterator[Slot]:
    """Slots that begin on `day`, also those of a window that opened the evening before.

    A window counts for the day on which it opens: closing that day closes all of it.
    """
    for opening_day in (day - timedelta(days=1), day):
        if opening_day not in closed:
            for window in hours.days[opening_day.weekday()]:
                slots = tile(opening_day, window, zone, length, pause)
                yield from (slot for slot in slots if local_day(slot.starts_at, zone) == day)


def without(slots: Iterable[Slot], taken: Iterable[Slot]) -> Iterator[Slot]:
    """Slots that touch none of `taken`; both in order of start, each without overlaps."""
    claims = iter(taken)
    claim = next(claims, None)
    for slot in slots:
        while claim is not None and claim.ends_at <= slot.starts_at:
            claim = next(claims, None)
        if claim is None or slot.ends_at <= claim.starts_at:
            yield slot
