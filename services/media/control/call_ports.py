"""What the use cases need where calls run: SFU nodes, lines for device checks, the relay."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from services.contracts.relay import RelayGrant
from services.contracts.sfu import Answer
from services.media.control.domain.placement import Drain, Node, Placement


class Nodes(Protocol):
    """SFU nodes that are alive, and which room is where.  Real time, not the platform's."""

    def announce(self, node: Node) -> None: ...

    def began_anew(self, node_id: str, incarnation: int) -> bool:
        """Whether it is another process than the one heard of before, whose rooms are stranded then.

        So until it is `settled`.
        """
        ...

    def settled(self, node_id: str, incarnation: int) -> None:
        """The rooms of the process before were told."""
        ...

    def alive(self) -> list[Node]: ...

    def are_heard(self) -> bool:
        """False while nobody announces himself (the bus is away), and until all have been heard of again."""
        ...

    def drain(self, node_id: str, wish: Drain | None) -> None:
        """Keep an operator's wish, for a day longer than the node is heard of, or take it back."""
        ...

    def placement(self, room_id: str) -> Placement | None:
        """None as well when the node is dead."""
        ...

    def is_placed(self, room_id: str) -> bool:
        """Whether it has a place, on whichever node: one that is not heard of, too."""
        ...

    def place(self, room_id: str, node: Node, former: Placement | None = None) -> Placement | None:
        """Place it there with a new epoch, unless it stands on a living node other than that of `former`.

        Then that one is told.  None: the node has no place left, or is dead.
        """
        ...

    def release(self, room_id: str, placement: Placement) -> None:
        """That placement is over; a later one of the same room stays."""
        ...

    def leases(self, node_id: str) -> list[tuple[str, Placement]]:
        """Rooms that were placed there and not released, the earliest first."""
        ...

    def stranded(self) -> list[tuple[str, Placement]]:
        """Those of dead nodes, and those that stand elsewhere by now: nobody there knows it yet."""
        ...

    def queue(self, room_id: str, *, is_first: bool = False) -> int:
        """Wait for a place, before all that are not `is_first`; how many are ahead.

        Who does not ask again within seconds waits no longer.
        """
        ...

    def queued(self) -> int:
        """Rooms that wait."""
        ...


class Sfu(Protocol):
    """The nodes themselves, over the bus."""

    def connect(self, placement: Placement, room_id: str, participant_id: str, offer_sdp: str) -> Answer: ...

    def connect_to_line(
        self, node_id: str, line_id: str, side: str, offer_sdp: str, lasts: timedelta
    ) -> Answer: ...

    def disconnect(self, placement: Placement, room_id: str, participant_id: str) -> None: ...

    def close_room(self, placement: Placement, room_id: str) -> None: ...

    def drain(self, node_id: str, *, on: bool) -> None: ...


class Lines(Protocol):
    """Lines for device checks that may be used now.  Real time."""

    def open(self, line_id: str, owner: str, node_id: str, rooms: int) -> bool:
        """False where as many are open as may be, or `rooms` are on that node, calls counted with them."""
        ...

    def node(self, line_id: str, owner: str) -> str | None:
        """Where it is; None for another's, and when its time is over."""
        ...


class Relay(Protocol):
    """The TURN server, which is told nothing: it believes what is made with the secret that it shares."""

    def grant(self, room_id: str, participant_id: str, lasts: timedelta) -> RelayGrant:
        """Credentials that are good for so long from now on, in real time."""
        ...
