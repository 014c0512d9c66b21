"""Choosing a free time: the days ahead that have one, and the times of one day."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from gateway.backends import ask, now
from gateway.i18n import local
from services.contracts.booking import FindFreeDays, FindFreeSlots, FreeDay, Slot

_DAYS_AHEAD = 42
_PARTS_BEGIN_AT = (5, 12, 18)
"""Hours at which morning, afternoon and evening begin."""


@dataclass(frozen=True)
class Offer:
    """What the page shows: languages, days, and the times of the chosen day."""

    languages: tuple[str, ...]
    language: str
    days: tuple[FreeDay, ...]
    day: date | None
    slots: tuple[Slot, ...]

    def parts_of_day(self) -> list[tuple[str, list[Slot]]]:
        """The day's times in four parts, by the clocks in Luxembourg; parts without any are left out."""
        names = (_("Night"), _("Morning"), _("Afternoon"), _("Evening"))
        parts: list[list[Slot]] = [[] for _name in names]
        for slot in self.slots:
            parts[bisect(_PARTS_BEGIN_AT, local(slot.starts_at).hour)].append(slot)
        return [(name, slots) for name, slots in zip(names, parts, strict=True) if slots]


def offer(
    kind: str, languages: tuple[str, ...], wishes: Iterable[str], days_wished: Iterable[date | None]
) -> Offer:
    """Free times of a kind, in the first wished language and on the first wished day that there is."""
    language = _first_of(wishes, languages)
    days = _free_days(kind, language)
    chosen = _first_of(days_wished, tuple(free.day for free in days))
    return Offer(languages, language, days, chosen, _free_slots(kind, language, chosen))


def day_in(text: str) -> date | None:
    """A day as our own links write it (ISO 8601), None for everything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def instant_in(text: str) -> datetime | None:
    """An instant with a zone; everything else is no time that was offered."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _first_of(wishes: Iterable[Any], offered: tuple[Any, ...]) -> Any:
    """The first wish that is offered, else the first that is offered at all."""
    return next((wish for wish in wishes if wish in offered), offered[0] if offered else None)


def _free_days(kind: str, language: str) -> tuple[FreeDay, ...]:
    today = local(now()).date()
    last = today + timedelta(days=_DAYS_AHEAD)
    return ask(FindFreeDays(kind=kind, language=language, first=today, last=last)).days


def _free_slots(kind: str, language: str, day: date | None) -> tuple[Slot, ...]:
    return () if day is None else ask(FindFreeSlots(kind=kind, language=language, day=day)).slots
