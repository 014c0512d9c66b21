"""On which SFU node a room is placed, and whether it is its turn where places are few."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from services.contracts.sfu import ROOM_PLACES

CALL_PACKETS = 400
"""A second, forwarded in an ordinary call of two: sound and pictures both ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """An operator's wish that a node takes no new rooms."""

    staff_id: str
    at: datetime
    moves: bool
    """The calls that are on go elsewhere, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node as it announced itself last, with what the store knows of it."""

    node_id: str
    packets_per_s: int
    participants: int
    capacity: int
    draining: bool
    stopping: bool = False
    leaving: bool = False
    places: int = 0
    calls: int = 0
    address: str = ""
    port: int = 0
    leases: int = 0
    """Rooms that are placed on it; known at once, the rest up to a second later."""
    lines: int = 0
    """Device checks that were let in to it; known at once, too."""
    drain: Drain | None = None

    @property
    def taken(self) -> int:
        """Places that are taken or kept."""
        return max(self.places, self.participants, ROOM_PLACES * (self.leases + self.lines))

    @property
    def expected(self) -> int:
        """Packets a second once the rooms have begun that were placed a moment ago."""
        return self.packets_per_s + CALL_PACKETS * max(0, self.leases - self.calls)

    @property
    def is_open(self) -> bool:
        """Whether it is to have new rooms at all."""
        return not (self.draining or self.stopping or self.leaving or self.drain)

    @property
    def is_left(self) -> bool:
        """Whether its rooms are to be placed elsewhere."""
        return self.leaving or (self.drain is not None and self.drain.moves)

    @property
    def rooms_more(self) -> int:
        """Rooms for which there are places."""
        return max(0, self.capacity - self.taken) // ROOM_PLACES if self.is_open else 0

    @property
    def state(self) -> str:
        """One of `fleet.STATES`; `lost` is not for a node to say."""
        if self.is_left:
            return "leaving"
        if self.stopping:
            return "stopping"
        if not self.is_open:
            return "draining"
        return "open" if self.rooms_more else "full"

    def takes(self, people: int) -> bool:
        return self.is_open and self.taken + people <= self.capacity


@dataclass(frozen=True, slots=True)
class Placement:
    """A room's node; the epoch fences off what an earlier placement left behind."""

    node_id: str
    epoch: int


def least_loaded(nodes: Collection[Node], *, people: int = ROOM_PLACES) -> Node | None:
    """Of those that have places for `people` the one that will forward the fewest packets a second.

    None where none has.  Rooms that have just got there count: those that come in the same second spread.
    """
    fit = [node for node in nodes if node.takes(people)]
    return min(fit, key=lambda node: (node.expected, node.taken, node.node_id), default=None)


def has_its_turn(nodes: Iterable[Node], ahead: int) -> bool:
    """Whether there are places left for a room when all `ahead` of it in the queue have got theirs."""
    return sum(node.rooms_more for node in nodes) > ahead
