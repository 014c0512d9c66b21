"""What becomes of appointments that their agents cannot keep: as many as possible find a colleague."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from services.booking.domain.catalogue import Agent
from services.booking.domain.choice import in_order_of_choice
from services.booking.domain.roster import Ahead, Roster
from services.booking.domain.slots import Slot

_DAY = timedelta(days=1)
TakenOn = Callable[[date], Iterable[tuple[str, Slot]]]
"""Agent and time of whatever is held or booked on one day, on whichever calendar."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Who takes an appointment over; None where the citizen is to choose another time."""

    ahead: Ahead
    colleague: Agent | None


@dataclass(frozen=True, slots=True)
class Diary:
    """Whose time is taken, as it was read, and what has been promised since."""

    taken_on: TakenOn
    _days: dict[date, dict[str, list[Slot]]] = field(default_factory=dict)

    def is_free(self, agent: Agent, ahead: Ahead) -> bool:
        """True where nothing of the agent's touches the slot, begun the day before or after included."""
        return not self._touching(agent.agent_id, ahead)

    def is_crowded(self, ahead: Ahead) -> bool:
        """True where its own agent's time is taken by something besides it."""
        return self._touching(ahead.agent_id, ahead) > 1

    def promise(self, agent: Agent, ahead: Ahead) -> None:
        self._on(ahead.day)[agent.agent_id].append(ahead.slot)

    def load(self, day: date) -> dict[str, int]:
        """How much each agent has that day."""
        return {agent_id: len(taken) for agent_id, taken in self._on(day).items()}

    def _touching(self, agent_id: str, ahead: Ahead) -> int:
        around = (ahead.day - _DAY, ahead.day, ahead.day + _DAY)
        taken = (slot for day in around for slot in self._on(day).get(agent_id, ()))
        return sum(slot.touches(ahead.slot) for slot in taken)

    def _on(self, day: date) -> dict[str, list[Slot]]:
        if day not in self._days:
            taken = self._days[day] = defaultdict(list)
            for agent_id, slot in self.taken_on(day):
                taken[agent_id].append(slot)
        return self._days[day]


def remedies(roster: Roster, diary: Diary, lost: Iterable[Ahead]) -> Iterator[Remedy]:
    """One for each, in order of start; no colleague is promised twice at one time."""
    for _, together in groupby(sorted(lost, key=lambda ahead: ahead.order), key=lambda a: a.slot.starts_at):
        group = list(together)
        taken_by = _matched(group, {a.appointment_id: _in_question(roster, diary, a) for a in group})
        for ahead in group:
            colleague = taken_by.get(ahead.appointment_id)
            if colleague is not None:
                diary.promise(colleague, ahead)
            yield Remedy(ahead, colleague)


def _in_question(roster: Roster, diary: Diary, ahead: Ahead) -> list[Agent]:
    """Free colleagues, the one to ask first first."""
    free = [agent for agent in roster.colleagues(ahead) if diary.is_free(agent, ahead)]
    return in_order_of_choice(free, diary.load(ahead.day))


def _matched(group: list[Ahead], options: dict[str, list[Agent]]) -> dict[str, Agent]:
    """Appointments at one time with colleagues, as many as can be (augmenting paths, Kuhn 1955).

    Who has one possibility gets it; somebody with two gives way.
    """
    taken: dict[str, tuple[str, Agent]] = {}

    def place(appointment_id: str, asked: set[str]) -> bool:
        for agent in options[appointment_id]:
            if agent.agent_id in asked:
                continue
            asked.add(agent.agent_id)
            before = taken.get(agent.agent_id)
            if before is None or place(before[0], asked):
                taken[agent.agent_id] = appointment_id, agent
                return True
        return False

    for ahead in group:
        place(ahead.appointment_id, set())
    return {appointment_id: agent for appointment_id, agent in taken.values()}
