"""The SFU's nodes: heard of, cleared up after, and what operators see and decide of them."""

from __future__ import annotations

import logging

from services.contracts import fleet as contract
from services.contracts.errors import NotFound, PlatformError
from services.contracts.media_errors import LinesBusy, NoMediaNode
from services.contracts.sfu import NodeAnnounced
from services.media.control.domain.placement import Drain, Node, Placement
from services.media.control.usecases.media import Media
from services.media.control.usecases.placing import move_room, settle

_log = logging.getLogger(__name__)

_CODE_LENGTH = 8
"""Of a room's id, as its pages name it for the helpdesk."""


def hear_node(media: Media, event: NodeAnnounced) -> None:
    """A node is alive; one that was killed and came back before anybody missed it has lost its rooms."""
    if media.nodes.began_anew(event.node_id, event.incarnation):
        _rescue(media, media.nodes.leases(event.node_id))
        media.nodes.settled(event.node_id, event.incarnation)  # last: who dies before is asked again
    media.nodes.announce(
        Node(
            node_id=event.node_id,
            packets_per_s=event.packets_per_s,
            participants=event.participants,
            capacity=event.capacity,
            draining=event.draining,
            stopping=event.stopping,
            leaving=event.leaving,
            places=event.places,
            calls=event.calls,
            address=event.address,
            port=event.port,
        )
    )


def tend_fleet(media: Media) -> None:
    """Clear up after dead nodes, keep drained what is to be drained, empty what is left.

    Nothing where no node at all is heard: then the bus is away, and calls go on.
    """
    if not media.nodes.are_heard():
        return
    _rescue(media, media.nodes.stranded())
    for node in media.nodes.alive():
        _keep_drained(media, node)
        if node.is_left:
            _empty(media, node)


def _rescue(media: Media, stranded: list[tuple[str, Placement]]) -> None:
    """Tell these rooms to connect again; where they go is decided when they do."""
    for room_id, lost in stranded:
        settle(media, room_id, lost)


def _keep_drained(media: Media, node: Node) -> None:
    """A node that was started anew, or was out of reach when it was asked, does not know what is wanted."""
    wanted = node.drain is not None
    if wanted != node.draining and not node.stopping:
        _tell(media, node.node_id, on=wanted)


def _empty(media: Media, node: Node) -> None:
    """Place its rooms elsewhere while there are places; the rest stays until there are, or the node goes."""
    for room_id, placement in media.nodes.leases(node.node_id):
        room = media.rooms.get(room_id)
        if room is None or room.gone_at is not None:
            media.nodes.release(room_id, placement)
        if room is None or room.is_over:  # whoever disconnects it gives its place back
            continue
        try:
            move_room(media, room, placement)
        except (LinesBusy, NoMediaNode):
            return


# --- operators --------------------------------------------------------------------


def list_nodes(media: Media, _: contract.ListNodes) -> contract.Fleet:
    return contract.Fleet(nodes=tuple(map(_shown, _all(media))), queued=media.nodes.queued())


def show_node(media: Media, request: contract.ShowNode) -> contract.NodeView:
    node = _found(media, request.node_id)
    leases = media.nodes.leases(node.node_id)
    return contract.NodeView(
        node=_shown(node),
        leases=tuple(contract.Lease(code=room_id[:_CODE_LENGTH], epoch=at.epoch) for room_id, at in leases),
    )


def drain_node(media: Media, request: contract.DrainNode) -> contract.Done:
    """The wish is kept first: if the node cannot be told now, the timer tells it."""
    node = _found(media, request.node_id)
    wish = Drain(staff_id=request.staff_id, at=media.now(), moves=request.moves)
    media.nodes.drain(node.node_id, wish)
    _tell(media, node.node_id, on=True)
    return contract.Done()


def resume_node(media: Media, request: contract.ResumeNode) -> contract.Done:
    node = _found(media, request.node_id)
    media.nodes.drain(node.node_id, None)
    if not node.stopping:
        _tell(media, node.node_id, on=False)
    return contract.Done()


def _all(media: Media) -> list[Node]:
    """The living ones, and the lost ones that are still to be cleared up after."""
    alive = {node.node_id: node for node in media.nodes.alive()}
    lost = {at.node_id for _, at in media.nodes.stranded()} - set(alive)
    found = alive | {node_id: _lost(media, node_id) for node_id in lost}
    return [found[node_id] for node_id in sorted(found)]


def _lost(media: Media, node_id: str) -> Node:
    leases = len(media.nodes.leases(node_id))
    return Node(node_id=node_id, packets_per_s=0, participants=0, capacity=0, draining=True, leases=leases)


def _found(media: Media, node_id: str) -> Node:
    """Raises NotFound(node)."""
    node = next((node for node in _all(media) if node.node_id == node_id), None)
    if node is None:
        raise NotFound("node")
    return node


def _shown(node: Node) -> contract.FleetNode:
    drain = node.drain
    return contract.FleetNode(
        node_id=node.node_id,
        state=node.state if node.capacity else "lost",
        address=node.address,
        port=node.port,
        packets_per_s=node.packets_per_s,
        calls=node.calls,
        participants=node.participants,
        places=node.taken,
        capacity=node.capacity,
        leases=node.leases,
        drained_by=drain.staff_id if drain else "",
        drained_at=drain.at if drain else None,
        moves=drain.moves if drain else False,
    )


def _tell(media: Media, node_id: str, *, on: bool) -> None:
    try:
        media.sfu.drain(node_id, on=on)
    except PlatformError:
        _log.warning("the timer will tell the node", extra={"node_id": node_id})
