"""Choosing a free time: a week day by day, one day in full, and the next free one from wherever one looks.

Everything that is looked for stands in the page's address, so links, the back button and the
other language of the page keep it.  Looking costs two requests to `booking`, a week without any
free time one more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _

from gateway.backends import ask, now
from gateway.i18n import ZONE, local
from gateway.week import Week
from services.contracts.booking import LANGUAGES
from services.contracts.slots import PARTS_OF_DAY, FindFreeSlots, FindNextFree, NextFree, Slot

MOST_A_DAY = 18
"""Times that a week shows of each day, a whole day of one agent; the day's own page shows all."""
_A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Wish:
    """What somebody looks for, as the page's address says it; nothing in it is more than a wish."""

    language: str = ""
    part: str = ""
    """One of PARTS_OF_DAY; empty: the whole day."""
    week: date | None = None
    """Any day of it."""
    day: date | None = None
    """This day alone, with all its times."""

    def around(self, instant: datetime) -> Wish:
        """The same, in the week of an instant."""
        return replace(self, week=local(instant).date(), day=None)

    def query(self) -> str:
        """The end of an address that asks for it."""
        return "?" + urlencode({name: str(value) for name, value in asdict(self).items() if value})


@dataclass(frozen=True)
class FreeDay:
    """One day of the calendar with its free times, in order; perhaps none."""

    day: date
    slots: tuple[Slot, ...]

    @property
    def first_slots(self) -> tuple[Slot, ...]:
        """As many as a week shows of one day."""
        return self.slots[:MOST_A_DAY]

    @property
    def has_more(self) -> bool:
        return len(self.slots) > MOST_A_DAY

    def parts(self) -> list[tuple[str, list[Slot]]]:
        """The times before noon and from noon on, by the clocks in Luxembourg; only parts that have some."""
        halves: tuple[list[Slot], list[Slot]] = ([], [])
        for slot in self.slots:
            halves[local(slot.starts_at).hour >= 12].append(slot)
        return [
            (name, half) for name, half in zip((_("Morning"), _("Afternoon")), halves, strict=True) if half
        ]


@dataclass(frozen=True)
class Offer:
    """What the page shows."""

    languages: tuple[str, ...]
    language: str
    part: str
    week: Week
    day: date | None
    """Set where one day is shown, not its week."""
    first_day: date
    last_day: date
    """First and last day that can be booked at present."""
    days: tuple[FreeDay, ...]
    next: Slot | None
    """The next free time of all; None where there is none up to the last day."""
    later: Slot | None = None
    """Where the days shown have none: the next free time after them."""

    @property
    def is_empty(self) -> bool:
        return not any(day.slots for day in self.days)

    @property
    def earlier_week(self) -> Week | None:
        """None before the first that can be booked."""
        return self.week.before if self.week > Week.of(self.first_day) else None

    @property
    def later_week(self) -> Week | None:
        """None after the last that can be booked."""
        return self.week.after if self.week < Week.of(self.last_day) else None

    def offers(self, starts_at: datetime) -> bool:
        """Whether this time is among those shown."""
        return any(slot.starts_at == starts_at for day in self.days for slot in day.slots)

    def link(self, **changed: Any) -> str:
        """The query of the same page with something changed; a week or a day takes the place of the other."""
        shown = {"day": self.day} if self.day else {"week": self.week.monday}
        when = {} if changed.keys() & {"day", "week"} else shown
        return Wish(**{"language": self.language, "part": self.part, **when, **changed}).query()


def wish_in(fields: Mapping[str, str]) -> Wish:
    """What an address or a form asks for; what cannot be is left out."""
    part = fields.get("part", "")
    return Wish(
        language=fields.get("language", ""),
        part=part if part in PARTS_OF_DAY else "",
        week=day_in(fields.get("week", "")),
        day=day_in(fields.get("day", "")),
    )


@dataclass(frozen=True)
class _Search:
    """The same question for any days."""

    kind: str
    language: str
    part: str
    own: datetime | None
    """The time that somebody has already; it is nothing to move to."""

    def next(self, not_before: datetime | None = None) -> NextFree:
        found = ask(
            FindNextFree(kind=self.kind, language=self.language, part_of_day=self.part, not_before=not_before)
        )
        is_own = found.slot is not None and found.slot.starts_at == self.own
        return self.next(found.slot.starts_at + _A_MOMENT) if is_own and found.slot else found

    def next_after(self, day: date) -> Slot | None:
        following = day + timedelta(days=1)
        midnight = datetime(following.year, following.month, following.day, tzinfo=ZONE)
        return self.next(midnight.astimezone(UTC)).slot

    def free(self, days: tuple[date, ...]) -> tuple[FreeDay, ...]:
        wanted = FindFreeSlots(
            kind=self.kind, language=self.language, day=days[0], last=days[-1], part_of_day=self.part
        )
        by_day: dict[date, list[Slot]] = defaultdict(list)
        for slot in ask(wanted).slots:
            if slot.starts_at != self.own:
                by_day[local(slot.starts_at).date()].append(slot)
        return tuple(FreeDay(day, tuple(by_day[day])) for day in days)


def offer(
    kind: str,
    languages: tuple[str, ...],
    wish: Wish,
    fallback: Iterable[str] = (),
    around: date | None = None,
    own: datetime | None = None,
) -> Offer:
    """Free times of a kind, besides the one that is one's `own` already.

    In the wished language, else the first of `fallback` that is spoken; in the wished week, else
    the one of `around`, else the one of the next free time.
    """
    spoken = languages or LANGUAGES[:1]  # nobody works: asked in any language, nothing is free
    language = next((wanted for wanted in (wish.language, *fallback) if wanted in spoken), spoken[0])
    search = _Search(kind, language, wish.part, own)
    following = search.next()
    today = local(now()).date()
    first, last = following.first_day or today, following.last_day or today
    week, day = _shown(wish, around, following.slot, first, last)
    days = search.free((day,) if day else week.days)
    found = Offer(languages, language, wish.part, week, day, first, last, days, following.slot)
    return replace(found, later=search.next_after(days[-1].day)) if found.is_empty and found.next else found


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
        return local(found).astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _shown(
    wish: Wish, around: date | None, following: Slot | None, first: date, last: date
) -> tuple[Week, date | None]:
    """The week, and the day where one alone is wished; never beyond what can be booked."""
    next_day = local(following.starts_at).date() if following else first
    day = wish.day or wish.week or around or next_day
    kept = min(max(day, first), last)
    return Week.of(kept), kept if wish.day else None
