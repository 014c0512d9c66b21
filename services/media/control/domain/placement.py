"""On which SFU node a room is placed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node as it announced itself last."""

    node_id: str
    packets_per_s: int
    participants: int
    capacity: int
    draining: bool

    def takes(self, people: int) -> bool:
        return not self.draining and self.participants + people <= self.capacity


@dataclass(frozen=True, slots=True)
class Placement:
    """A room's node; the epoch fences off what an earlier placement left behind."""

    node_id: str
    epoch: int


def least_loaded(nodes: Collection[Node], *, people: int = 2) -> Node | None:
    """The node with the fewest packets a second that has places for `people`; None where none has.

    Participants break the tie, since a node that has just taken rooms forwards little yet.
    """
    fit = [node for node in nodes if node.takes(people)]
    return min(fit, key=lambda node: (node.packets_per_s, node.participants, node.node_id), default=None)
