"""What can be booked: calendars, agents and their absences, kinds of appointment, subjects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.booking.domain.hours import WeeklyHours
from services.booking.domain.local_time import local_day
from services.booking.domain.slots import Grid, Slot, is_open, slots_of_day

Names = Mapping[str, str]
"""What something is called, by language; empty where nobody has named it yet."""

MORNING = "morning"
"""Before noon; any other part of a day is the rest of it."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a group of agents works, and how their time is cut into slots.

    The length belongs to the calendar and not to the kind of appointment: all
    kinds of one calendar share one grid, so no two slots of an agent overlap and
    a claim needs to name only the agent and the start.
    """

    code: str
    zone: str
    hours: WeeklyHours
    length: timedelta
    pause: timedelta
    notice: timedelta
    """A slot can be booked until this long before it begins."""
    horizon_days: int
    """The last day that can be booked is this many days from today."""
    closures: frozenset[date]
    holidays_of: str
    """ISO 3166-1 alpha-2 code of the country whose public holidays are kept; empty: none."""

    def __post_init__(self) -> None:
        if self.length <= timedelta(0) or self.pause < timedelta(0):
            raise ValueError(f"calendar {self.code}: a slot takes time, a pause none or some")

    @property
    def grid(self) -> Grid:
        return Grid(ZoneInfo(self.zone), self.length, self.pause)

    def day_of(self, at: datetime) -> date:
        """The calendar's own day at that instant."""
        return local_day(at, ZoneInfo(self.zone))

    def is_in(self, part_of_day: str, at: datetime) -> bool:
        """True if the calendar's clock shows that part then; every instant is in the empty one."""
        return not part_of_day or (part_of_day == MORNING) == (at.astimezone(ZoneInfo(self.zone)).hour < 12)

    def may_begin(self, starts_at: datetime, now: datetime) -> bool:
        """True while a slot that begins then can still be booked: [.., start - notice)."""
        return now < starts_at - self.notice

    def bookable_days(self, now: datetime) -> tuple[date, date]:
        """First and last day that can be booked, inclusive."""
        today = self.day_of(now)
        return today, today + timedelta(days=self.horizon_days)


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of the staff; works on one calendar only, so that one grid rules his time."""

    agent_id: str
    name: str
    calendar: str
    languages: tuple[str, ...]
    hours: WeeklyHours | None = None
    """Instead of the calendar's, where they differ."""
    active: bool = True
    """False for somebody who takes no appointments any more."""
    away: tuple[Slot, ...] = ()
    """Absences, in order of start; a catalogue puts them here: see `Catalogue.of`."""

    def slots(self, day: date, calendar: Calendar, closed: frozenset[date]) -> tuple[Slot, ...]:
        """This agent's slots that begin on `day`, in order, claimed or not; none while he is away."""
        if not self.active:
            return ()
        slots = slots_of_day(day, self.hours or calendar.hours, calendar.grid, closed)
        return tuple(slot for slot in slots if not self.is_away(slot)) if self.away else slots

    def works(self, slot: Slot, calendar: Calendar, closed: frozenset[date]) -> bool:
        """True where all of `slot` lies in this agent's working time, on the grid or not."""
        if not self.active or self.is_away(slot):
            return False
        return is_open(slot, self.hours or calendar.hours, calendar.grid.zone, closed)

    def is_away(self, slot: Slot) -> bool:
        """True where an absence takes any part of `slot`."""
        return any(absence.touches(slot) for absence in self.away)


@dataclass(frozen=True, slots=True)
class Absence:
    """[starts_at, until) in which an agent takes no appointments; empty where it was taken back."""

    absence_id: str
    agent_id: str
    starts_at: datetime
    until: datetime

    @property
    def time(self) -> Slot:
        return Slot(self.starts_at, self.until)

    def ended(self, now: datetime) -> Absence:
        """The absence as it is when it ends now, or never begins."""
        return replace(self, until=max(self.starts_at, min(self.until, now)))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of appointment."""

    code: str
    channel: str
    calendar: str
    demonstration: bool = False
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What somebody wants to talk about."""

    code: str
    position: int
    by_video: bool
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    names: Names = field(default_factory=dict)
    hints: Names = field(default_factory=dict)
    """A line that explains it."""
    topic_names: Mapping[str, Names] = field(default_factory=dict)
    """Of its topics, and of some that it had before."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of it at one moment."""

    calendars: dict[str, Calendar]
    agents: dict[str, Agent]
    kinds: dict[str, Kind]
    subjects: dict[str, Subject]
    absences: dict[str, Absence] = field(default_factory=dict)
    revision: int = 0
    """Rises with every change: of two catalogues with the same revision either serves."""

    @classmethod
    def of(
        cls,
        *,
        calendars: Mapping[str, Calendar],
        agents: Mapping[str, Agent],
        kinds: Mapping[str, Kind],
        subjects: Mapping[str, Subject],
        absences: Mapping[str, Absence],
        revision: int,
    ) -> Catalogue:
        """Put together from its entries: every agent knows when he is away."""
        away = _away(absences.values())
        staff = {code: replace(agent, away=away.get(code, ())) for code, agent in agents.items()}
        return cls(dict(calendars), staff, dict(kinds), dict(subjects), dict(absences), revision)

    def agents_of(self, kind: Kind, language: str = "") -> list[Agent]:
        """Agents who hold this kind of appointment, and in `language` if it is given."""
        return [
            agent
            for agent in self.agents.values()
            if agent.active
            and agent.calendar == kind.calendar
            and (not language or language in agent.languages)
        ]

    def languages_of(self, kind: Kind) -> frozenset[str]:
        """Languages that at least one agent of this kind speaks."""
        return frozenset(language for agent in self.agents_of(kind) for language in agent.languages)


def _away(absences: Iterable[Absence]) -> dict[str, tuple[Slot, ...]]:
    """By agent, in order of start; one that was taken back is none."""
    found: dict[str, list[Slot]] = defaultdict(list)
    for absence in absences:
        if absence.starts_at < absence.until:
            found[absence.agent_id].append(absence.time)
    return {agent_id: tuple(sorted(times)) for agent_id, times in found.items()}
