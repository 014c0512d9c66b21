"""Weekly working hours on the wall clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

DAY = 24 * 60
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """[opens, closes) in minutes after midnight of its day; it may run on into the next day."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < DAY or not self.opens < self.closes <= self.opens + DAY:
            raise ValueError(f"a window must open within its day and last up to 24 hours: {self}")

    @property
    def text(self) -> str:
        """As `WeeklyHours.parse` reads it."""
        return f"{_text(self.opens)}-{_text(self.closes)}"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Windows of each weekday in order, Monday first.

    Raises ValueError where two of them overlap, Sunday night and Monday included.
    """

    days: tuple[tuple[Window, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise ValueError("weekly hours name seven days")
        spans = [
            (number * DAY + window.opens, number * DAY + window.closes)
            for number, windows in enumerate(self.days)
            for window in windows
        ]
        around = [*spans, *((opens + WEEK, closes + WEEK) for opens, closes in spans[:1])]
        if any(earlier[1] > later[0] for earlier, later in pairwise(around)):
            raise ValueError("working hours overlap or are out of order")

    @classmethod
    def parse(cls, days: Iterable[Iterable[str]]) -> WeeklyHours:
        """Seven lists of texts such as `08:30-11:30`; hours from 24 on are on the following day."""
        return cls(tuple(tuple(Window(*map(_minutes, text.split("-"))) for text in day) for day in days))

    @classmethod
    def every_day(cls, *windows: Window) -> WeeklyHours:
        """The same windows on all seven days."""
        return cls((windows,) * 7)

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """Seven times the texts that `parse` reads."""
        return tuple(tuple(window.text for window in day) for day in self.days)


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
