"""Who acts in a room.  One browser may be a citizen's and an agent's, so the page says as whom it asks."""

from __future__ import annotations

from flask import request

from gateway.access import requires
from gateway.guest_access import guest_access
from gateway.limits.table import Limit
from gateway.limits.taking import take
from gateway.room_access import RoomAccess, agent_access, room_access
from services.contracts.errors import NotFound
from services.contracts.guests import GUEST
from services.contracts.media import AGENT


def seat(room_id: str) -> RoomAccess:
    """The room as this browser may enter it; `?as=agent` for staff, `guest` for who is invited.

    Raises NotFound(room).
    """
    access = _as(request.args.get("as", ""), room_id)
    if access is None or access.room_id != room_id:
        raise NotFound("room")
    return access


def _as(role: str, room_id: str) -> RoomAccess | None:
    if role == AGENT:
        return agent_access(room_id)
    return guest_access() if role == GUEST else room_access()


def _has_seat() -> None:
    assert request.view_args is not None
    seat(request.view_args["room_id"])


seat_required = requires(_has_seat)
"""Somebody who may be in the room of the address's `room_id`; what he may do there, `media` decides."""


def take_for(access: RoomAccess, limit: Limit) -> None:
    """Counted by participant: nobody's haste is another's wait.  Errors: TooManyRequests(seconds)."""
    take(limit, access.counted_as)
