"""Who keeps an appointment ahead, and who could take it over at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.booking.domain.catalogue import Agent, Calendar, Catalogue
from services.booking.domain.slots import Slot

ClosedDays = Callable[[Calendar, date, date], frozenset[date]]
"""Closures and public holidays of a calendar from one day to another, inclusive."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ahead:
    """An appointment or a hold that is still to come, without anything about a person."""

    appointment_id: str
    agent_id: str
    calendar: str
    language: str
    slot: Slot
    day: date
    """As its claim says, on the clock of the calendar when it was booked."""
    displaced: bool = False
    offered_to: str = ""
    """Of a hold that the waiting list made: the appointment that may come to lie here."""

    @property
    def order(self) -> tuple[datetime, str]:
        """By start; the id only makes it always the same."""
        return self.slot.starts_at, self.appointment_id


@dataclass(frozen=True, slots=True)
class Roster:
    """Working time as one catalogue knows it."""

    catalogue: Catalogue
    closed_days: ClosedDays
    _closed: dict[tuple[str, date], frozenset[date]] = field(default_factory=dict)
    _offered: dict[tuple[str, str, date], frozenset[Slot]] = field(default_factory=dict)

    def keeps(self, ahead: Ahead) -> bool:
        """True where its agent works all through it, on its calendar, and speaks its language.

        One that is off the grid since the grid was changed is kept: it is in nobody's way.
        """
        agent = self.catalogue.agents.get(ahead.agent_id)
        if agent is None or not _suits(agent, ahead):
            return False
        # Nearly all lie on the grid, which is known by the day; the others are worth a closer look.
        return self.offers(agent, ahead) or agent.works(ahead.slot, *self._calendar(ahead))

    def offers(self, agent: Agent, ahead: Ahead) -> bool:
        """True where the time of `ahead` is one of the slots that `agent` offers, in its language."""
        return _suits(agent, ahead) and ahead.slot in self._slots(agent, ahead)

    def on_grid(self, ahead: Ahead) -> bool:
        """True where it is one of its own agent's slots."""
        agent = self.catalogue.agents.get(ahead.agent_id)
        return agent is not None and self.offers(agent, ahead)

    def colleagues(self, ahead: Ahead) -> list[Agent]:
        """Others who offer that very slot: claims on one grid cannot overlap unnoticed."""
        others = (agent for agent in self.catalogue.agents.values() if agent.agent_id != ahead.agent_id)
        return [agent for agent in others if self.offers(agent, ahead)]

    def unkept(self, booked: Iterable[Ahead]) -> list[Ahead]:
        """Those that nobody can hold as they are, in order of start.

        Also one of each two at the same time, which replicas that know different hours for a moment
        may have sold: the one off the grid, else the later one.
        """
        kept: list[Ahead] = []
        lost: list[Ahead] = []
        for ahead in booked:
            (kept if self.keeps(ahead) else lost).append(ahead)
        return sorted([*lost, *self._clashing(kept)], key=lambda ahead: ahead.order)

    def _clashing(self, kept: list[Ahead]) -> list[Ahead]:
        losers: list[Ahead] = []
        last: Ahead | None = None
        for ahead in sorted(kept, key=lambda ahead: (ahead.agent_id, *ahead.order)):
            if last is None or last.agent_id != ahead.agent_id or not last.slot.touches(ahead.slot):
                last = ahead
                continue
            winner, loser = (ahead, last) if self.on_grid(ahead) > self.on_grid(last) else (last, ahead)
            losers.append(loser)
            last = winner
        return losers

    def _slots(self, agent: Agent, ahead: Ahead) -> frozenset[Slot]:
        """All that the agent offers on that day."""
        calendar, closed = self._calendar(ahead)
        day = calendar.day_of(ahead.slot.starts_at)
        key = agent.agent_id, calendar.code, day
        if key not in self._offered:
            self._offered[key] = frozenset(agent.slots(day, calendar, closed))
        return self._offered[key]

    def _calendar(self, ahead: Ahead) -> tuple[Calendar, frozenset[date]]:
        """The calendar, and which days around it are closed: a window may open the evening before."""
        calendar = self.catalogue.calendars[ahead.calendar]
        day = calendar.day_of(ahead.slot.starts_at)
        key = calendar.code, day
        if key not in self._closed:
            self._closed[key] = self.closed_days(calendar, day - _DAY, day)
        return calendar, self._closed[key]


def _suits(agent: Agent, ahead: Ahead) -> bool:
    return agent.calendar == ahead.calendar and ahead.language in agent.languages
