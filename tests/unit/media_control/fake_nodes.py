"""Nodes and placements in memory, by the rules of the real ones (`adapters/nodes.py`)."""

from __future__ import annotations

from dataclasses import replace

from services.contracts.sfu import ROOM_PLACES
from services.media.control.domain.placement import Drain, Node, Placement


def node(
    name: str = "node-1",
    *,
    packets: int = 0,
    participants: int = 0,
    capacity: int = 10,
    draining: bool = False,
    stopping: bool = False,
    leaving: bool = False,
) -> Node:
    """A node as it would announce itself."""
    return Node(
        node_id=name,
        packets_per_s=packets,
        participants=participants,
        capacity=capacity,
        draining=draining,
        stopping=stopping,
        leaving=leaving,
    )


class FakeNodes:
    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.places: dict[str, Placement] = {}
        self.granted: list[tuple[str, Placement]] = []
        self.drains: dict[str, Drain] = {}
        self.waiting: list[str] = []
        self.incarnations: dict[str, int] = {}
        self.epoch = 0
        self.heard = True

    def announce(self, node: Node) -> None:
        self.nodes[node.node_id] = node

    def began_anew(self, node_id: str, incarnation: int) -> bool:
        former = self.incarnations.setdefault(node_id, incarnation)
        if former < incarnation:
            self.nodes.pop(node_id, None)
        return former < incarnation

    def settled(self, node_id: str, incarnation: int) -> None:
        self.incarnations[node_id] = max(incarnation, self.incarnations.get(node_id, incarnation))

    def die(self, node_id: str) -> None:
        del self.nodes[node_id]

    def alive(self) -> list[Node]:
        return [
            replace(node, leases=len(self.leases(name)), drain=self.drains.get(name))
            for name, node in self.nodes.items()
        ]

    def are_heard(self) -> bool:
        return self.heard

    def drain(self, node_id: str, wish: Drain | None) -> None:
        self.drains.pop(node_id, None)
        if wish is not None:
            self.drains[node_id] = wish

    def placement(self, room_id: str) -> Placement | None:
        placed = self.places.get(room_id)
        return placed if placed and placed.node_id in self.nodes else None

    def place(self, room_id: str, node: Node, former: Placement | None = None) -> Placement | None:
        there = self.placement(room_id)
        if there is not None and there != former:
            return there
        has_place = ROOM_PLACES * (len(self.leases(node.node_id)) + 1) <= node.capacity
        return self.put(room_id, node.node_id) if has_place and node.node_id in self.nodes else None

    def put(self, room_id: str, node_id: str) -> Placement:
        """Place it there without asking whether there is a place."""
        self.epoch += 1
        self.places[room_id] = Placement(node_id, self.epoch)
        self.granted.append((room_id, self.places[room_id]))
        self.waiting = [waiting for waiting in self.waiting if waiting != room_id]
        return self.places[room_id]

    def is_placed(self, room_id: str) -> bool:
        return room_id in self.places

    def release(self, room_id: str, placement: Placement) -> None:
        if self.places.get(room_id) == placement:
            del self.places[room_id]
        self.granted = [lease for lease in self.granted if lease != (room_id, placement)]

    def leases(self, node_id: str) -> list[tuple[str, Placement]]:
        return [lease for lease in self.granted if lease[1].node_id == node_id]

    def stranded(self) -> list[tuple[str, Placement]]:
        return [
            (room_id, placed)
            for room_id, placed in self.granted
            if placed.node_id not in self.nodes or self.places.get(room_id) != placed
        ]

    def queue(self, room_id: str, *, is_first: bool = False) -> int:
        if room_id not in self.waiting:
            self.waiting.insert(0 if is_first else len(self.waiting), room_id)
        return self.waiting.index(room_id)

    def queued(self) -> int:
        return len(self.waiting)
