"""A place on a node for each call: granted in order, kept while it goes on, moved when the node is left."""

from __future__ import annotations

from dataclasses import replace

from services.contracts.media_errors import LinesBusy, NoMediaNode
from services.contracts.sfu import ROOM_PLACES
from services.media.control.domain.placement import Placement, has_its_turn, least_loaded
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Entry, Media, change_room

_ATTEMPTS = 5
"""Others may take the last place of the node chosen."""


def place_room(media: Media, room: Room, *, people: int = ROOM_PLACES, but: str = "") -> Placement:
    """Where the room is, or is from now on; not on the node `but`.

    A call that was on already comes before those that have not begun.
    Raises LinesBusy(ahead), NoMediaNode where there is no node at all.
    """
    placement = media.nodes.placement(room.room_id)
    if placement is not None and placement.node_id != but:
        return placement
    if not media.nodes.alive():
        raise NoMediaNode
    ahead = media.nodes.queue(room.room_id, is_first=room.epoch > 0 or placement is not None)
    for _ in range(_ATTEMPTS):
        placed = _try_to_place(media, room.room_id, ahead, placement, people, but)
        if placed is not None:
            return placed
    raise LinesBusy(str(ahead))


def _try_to_place(
    media: Media, room_id: str, ahead: int, former: Placement | None, people: int, but: str
) -> Placement | None:
    """None where somebody else was faster.  Raises LinesBusy(ahead)."""
    nodes = [node for node in media.nodes.alive() if node.node_id != but]
    chosen = least_loaded(nodes, people=people) if has_its_turn(nodes, ahead) else None
    if chosen is None:
        raise LinesBusy(str(ahead))
    return media.nodes.place(room_id, chosen, former)


def move_room(media: Media, room: Room, placement: Placement, *, people: int = ROOM_PLACES) -> Placement:
    """Place it on another node and tell who is in it to connect anew: the old connections hold until then.

    Whoever dies in between: the timer finds the old lease and tells them.  Raises LinesBusy(ahead).
    """
    moved = place_room(media, room, people=people, but=placement.node_id)
    settle(media, room.room_id, placement)
    return moved


def settle(media: Media, room_id: str, placement: Placement) -> None:
    """A placement is over: tell those who may still be connected there, once; then forget it."""
    if placement.epoch and media.rooms.get(room_id) is not None:
        change_room(media, room_id, lambda room, _: reconnected(room, placement.epoch))
    media.nodes.release(room_id, placement)


def reconnected(room: Room, epoch: int) -> Change:
    """Told once for each placement that was lost, and not at all in a call that is over."""
    if epoch <= room.epoch or not room.is_admitted or room.ended_at is not None:
        return Change(room=room)
    told = Entry(type="reconnect", data={"epoch": epoch})
    return Change(room=replace(room, epoch=epoch), log=(told,))


def people_after(room: Room, participant_id: str) -> int:
    """How many places the room needs when this one connects, too."""
    here = {presence.participant_id for presence in room.presences if presence.here_since is not None}
    return max(ROOM_PLACES, len(here | {participant_id}))
