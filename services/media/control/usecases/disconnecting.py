"""The connections of a room are ended on its node before its places are given back."""

from __future__ import annotations

from services.contracts.media_errors import NoMediaNode
from services.media.control.domain.placement import Placement
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Media, change_room


def reached(media: Media, room: Room) -> Placement | None:
    """Where people may be connected; None where nobody is.

    Raises NoMediaNode while the bus is silent: the node may live, and is to be told when it is heard again.
    """
    placement = media.nodes.placement(room.room_id)
    if placement is None and media.nodes.is_placed(room.room_id) and not media.nodes.are_heard():
        raise NoMediaNode
    return placement


def disconnect(media: Media, room: Room) -> None:
    """Let everybody in the room go, and give its places back.  Raises NoMediaNode, ServiceTimeout."""
    placement = reached(media, room)
    if placement is not None:
        media.sfu.close_room(placement, room.room_id)
        media.nodes.release(room.room_id, placement)
    change_room(media, room.room_id, lambda now_room, _: Change(room=now_room.disconnected()))
