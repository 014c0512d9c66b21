"""What operators see and decide of the SFU's nodes: load and leases, nothing of people or appointments."""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.wire import Request, rpc, value

STATES = (
    "open",  # takes new rooms
    "full",  # every place is taken or kept
    "draining",  # an operator wants no new rooms on it
    "stopping",  # its process was told to stop: no new rooms, those that are there may end
    "leaving",  # its rooms are being placed elsewhere
    "lost",  # not heard of any more, and rooms are still listed with it
)


@value
class FleetNode:
    """A node as it announced itself last, and what is placed on it."""

    node_id: str
    state: str
    """One of STATES."""
    address: str
    port: int
    packets_per_s: int
    """Forwarded in the last second."""
    calls: int
    """Rooms with at least two connected people."""
    participants: int
    places: int
    """Taken, or kept for rooms that are placed there."""
    capacity: int
    leases: int
    """Rooms that are placed there, whoever is in them."""
    drained_by: str = ""
    """Id of the member of staff who drains it; empty where nobody does."""
    drained_at: datetime | None = None
    moves: bool = False
    """Whether the calls that are on are moved away, too."""


@value
class Fleet:
    nodes: tuple[FleetNode, ...]
    """By name."""
    queued: int
    """Calls that wait for a place anywhere."""


@rpc("media", reply=Fleet, repeatable=True, errors=())
class ListNodes(Request[Fleet]):
    """Every node that is alive, or was and has not been cleared up after."""


@value
class Lease:
    """A room's place on a node."""

    code: str
    """The beginning of the room's id, as citizens tell it to the helpdesk."""
    epoch: int
    """Fencing number: what was granted later has a higher one."""


@value
class NodeView:
    node: FleetNode
    leases: tuple[Lease, ...]
    """In the order in which they were granted."""


@rpc("media", reply=NodeView, repeatable=True, errors=(e.NotFound,))
class ShowNode(Request[NodeView]):
    """Errors: NotFound(node)."""

    node_id: str


@value
class Done:
    """Nothing else to say."""


@rpc("media", reply=Done, repeatable=True, errors=(e.NotFound,))
class DrainNode(Request[Done]):
    """No new rooms on this node, until ResumeNode, or for a day; repeatable.

    It holds for a process that is started anew under the same name, too.  Errors: NotFound(node).
    """

    node_id: str
    staff_id: str
    moves: bool
    """Place the calls that are on elsewhere, as far as there are places; else they end where they are."""


@rpc("media", reply=Done, repeatable=True, errors=(e.NotFound,))
class ResumeNode(Request[Done]):
    """The node takes rooms again, unless its process was told to stop; repeatable.

    Errors: NotFound(node).
    """

    node_id: str
    staff_id: str
