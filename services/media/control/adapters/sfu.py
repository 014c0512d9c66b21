"""SFU nodes over the bus: each is a service of its own."""

from __future__ import annotations

from datetime import timedelta

from services.chassis.rpc_client import RpcClient
from services.contracts.sfu import (
    Answer,
    CloseRoom,
    ConnectParticipant,
    DisconnectParticipant,
    Drain,
    node_name,
)
from services.media.control.domain.placement import Placement

_LINE_EPOCH = 1
"""A line is on one node and never moves: there is nothing to fence off."""
_SHORT = 2.0
"""Seconds for what the timer repeats anyway."""


class BusSfu:
    """Requests to one node or the other."""

    def __init__(self, caller: RpcClient) -> None:
        self._caller = caller

    def connect(self, placement: Placement, room_id: str, participant_id: str, offer_sdp: str) -> Answer:
        request = ConnectParticipant(
            room_id=room_id, participant_id=participant_id, epoch=placement.epoch, offer_sdp=offer_sdp
        )
        return self._caller.call(request, service=node_name(placement.node_id))

    def connect_to_line(
        self, node_id: str, line_id: str, side: str, offer_sdp: str, lasts: timedelta
    ) -> Answer:
        request = ConnectParticipant(
            room_id=f"check-{line_id}",
            participant_id=side,
            epoch=_LINE_EPOCH,
            offer_sdp=offer_sdp,
            lasts_seconds=lasts.total_seconds(),
        )
        return self._caller.call(request, service=node_name(node_id))

    def disconnect(self, placement: Placement, room_id: str, participant_id: str) -> None:
        request = DisconnectParticipant(room_id=room_id, participant_id=participant_id, epoch=placement.epoch)
        self._caller.call(request, service=node_name(placement.node_id), timeout=_SHORT)

    def close_room(self, placement: Placement, room_id: str) -> None:
        request = CloseRoom(room_id=room_id, epoch=placement.epoch)
        self._caller.call(request, service=node_name(placement.node_id), timeout=_SHORT)

    def drain(self, node_id: str, *, on: bool) -> None:
        self._caller.call(Drain(on=on), service=node_name(node_id), timeout=_SHORT)
