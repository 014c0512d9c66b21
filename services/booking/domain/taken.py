"""What is taken of a day, against what is worked: bitmasks over the day's slots, so that asking is cheap."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from services.booking.domain.slots import Slot

Key = tuple[str, datetime]
"""Agent and start: what one claim takes."""


class Claimed(NamedTuple):
    """Time of one agent that is booked, or held until some instant."""

    agent_id: str
    slot: Slot
    held_until: datetime | None = None

    @property
    def key(self) -> Key:
        return self.agent_id, self.slot.starts_at

    def binds(self, now: datetime) -> bool:
        """False once it is a hold that has run out: half-open, gone at `held_until`."""
        return self.held_until is None or self.held_until > now


class WorkingDay:
    """The slots of one day in order, and each agent's as a bitmask of their positions."""

    def __init__(self, by_agent: Mapping[str, Iterable[Slot]]) -> None:
        slots = {agent_id: tuple(own) for agent_id, own in by_agent.items()}
        self.slots = tuple(sorted({slot for own in slots.values() for slot in own}))
        self.position = {slot: number for number, slot in enumerate(self.slots)}
        self.of = {agent_id: _mask(map(self.position.__getitem__, own)) for agent_id, own in slots.items()}
        self._starts = [slot.starts_at for slot in self.slots]
        self._touched: dict[Slot, int] = {}

    @property
    def begins_at(self) -> datetime | None:
        """Start of the first slot."""
        return self._starts[0] if self._starts else None

    def touched(self, slot: Slot) -> int:
        """Positions of the slots that have an instant in common with `slot`, on this grid or not."""
        known = self._touched.get(slot)
        if known is None:
            known = _mask(number for number, own in enumerate(self.slots) if own.touches(slot))
            self._touched[slot] = known
        return known

    def after(self, instant: datetime) -> int:
        """Positions of the slots that begin later than that."""
        first = bisect_right(self._starts, instant)
        return (1 << len(self.slots)) - (1 << first)

    def where(self, is_so: Callable[[datetime], bool]) -> int:
        """Positions of the slots whose start is so."""
        return _mask(number for number, start in enumerate(self._starts) if is_so(start))

    def at(self, mask: int) -> Iterator[Slot]:
        """The slots at the positions in `mask`, in order."""
        return (slot for number, slot in enumerate(self.slots) if mask >> number & 1)


class AgentDay:
    """What is taken of one agent's day, in order of start; never changed, so what is computed stays true."""

    __slots__ = ("_booked", "_hash", "_held", "_working", "claimed", "ends_at")

    def __init__(self, claimed: Iterable[Claimed]) -> None:
        self.claimed = tuple(sorted(claimed, key=lambda one: one.slot))
        self.ends_at = max(one.slot.ends_at for one in self.claimed)
        self._held = tuple(one for one in self.claimed if one.held_until is not None)
        self._hash = hash(self.claimed)
        self._working: WorkingDay | None = None
        self._booked = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AgentDay) and self.claimed == other.claimed

    def __hash__(self) -> int:
        return self._hash

    def load(self, now: datetime) -> int:
        """How many claims bind."""
        return len(self.claimed) - sum(not one.binds(now) for one in self._held)

    def blocks(self, working: WorkingDay, now: datetime) -> int:
        """Positions of that working day that are touched by what is taken."""
        if self._working is not working:
            booked = (one.slot for one in self.claimed if one.held_until is None)
            self._booked, self._working = _touched(working, booked), working
        return self._booked | _touched(working, (one.slot for one in self._held if one.binds(now)))


@dataclass(frozen=True, slots=True)
class TakenDay:
    """What is taken of one calendar's day by agent; who is not named has nothing taken."""

    by_agent: Mapping[str, AgentDay] = field(default_factory=dict)

    @classmethod
    def of(cls, claimed: Iterable[Claimed]) -> TakenDay:
        """From the claims of the day."""
        by_agent: dict[str, list[Claimed]] = defaultdict(list)
        for one in claimed:
            by_agent[one.agent_id].append(one)
        return cls({agent_id: AgentDay(own) for agent_id, own in by_agent.items()})

    def changed(self, changes: Mapping[Key, Claimed | None]) -> TakenDay:
        """With other contents at some starts of some agents; None where nothing is taken any more."""
        by_agent: dict[str, dict[datetime, Claimed | None]] = defaultdict(dict)
        for (agent_id, starts_at), claimed in changes.items():
            by_agent[agent_id][starts_at] = claimed
        after = {
            **self.by_agent,
            **{agent_id: self._agent(agent_id, own) for agent_id, own in by_agent.items()},
        }
        return TakenDay({agent_id: own for agent_id, own in after.items() if own is not None})

    def reaches(self, instant: datetime | None) -> bool:
        """Whether anything that is taken ends after that."""
        return instant is not None and any(own.ends_at > instant for own in self.by_agent.values())

    def _agent(self, agent_id: str, changes: Mapping[datetime, Claimed | None]) -> AgentDay | None:
        before = self.by_agent.get(agent_id)
        after = {one.slot.starts_at: one for one in before.claimed} if before else {}
        left = [one for one in {**after, **changes}.values() if one is not None]
        return AgentDay(left) if left else None


class Board:
    """A working day and what is taken of it at one moment."""

    def __init__(self, working: WorkingDay, taken: TakenDay, evening_before: TakenDay, now: datetime) -> None:
        self.working, self._taken, self._now = working, taken, now
        self._evening = evening_before if evening_before.reaches(working.begins_at) else TakenDay()

    def works(self, agent_id: str, slot: Slot) -> bool:
        """Whether this is one of the agent's slots, free or not."""
        position = self.working.position.get(slot)
        return position is not None and bool(self.working.of.get(agent_id, 0) >> position & 1)

    def is_free(self, agent_id: str, slot: Slot) -> bool:
        """Whether the agent could give it."""
        return bool(self._free(agent_id) >> self.working.position[slot] & 1)

    def load(self, agent_id: str) -> int:
        """How many claims the agent has that day."""
        own = self._taken.by_agent.get(agent_id)
        return own.load(self._now) if own else 0

    def free(self, agent_ids: Iterable[str]) -> int:
        """Positions at which one of these agents is free."""
        return reduce(or_, map(self._free, agent_ids), 0)

    def _free(self, agent_id: str) -> int:
        free = self.working.of.get(agent_id, 0)
        for taken in (self._taken, self._evening):
            own = taken.by_agent.get(agent_id)
            if own:
                free &= ~own.blocks(self.working, self._now)
        return free


def _mask(positions: Iterable[int]) -> int:
    return reduce(or_, (1 << number for number in positions), 0)


def _touched(working: WorkingDay, slots: Iterable[Slot]) -> int:
    return reduce(or_, map(working.touched, slots), 0)
