"""`/rooms/<id>/wait`: what somebody in the waiting room may expect, in words, as it is now."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.backends import ask
from gateway.blueprints.room.seat import seat, seat_required
from gateway.room_access import RoomAccess
from services.contracts.errors import PlatformError
from services.contracts.media import CITIZEN, LookAtRoom, RoomView
from services.contracts.waiting import EstimateWait, Wait

blueprint = Blueprint("wait", __name__)
_SAYS_NOTHING = Wait(state="off")


@blueprint.get("/rooms/<room_id>/wait")
@seat_required
def words(room_id: str) -> str:
    """A part of the call page; empty where there is nothing to be said."""
    access = seat(room_id)
    view = ask(LookAtRoom(room_id=room_id, participant=access.participant))
    return render_template("room/_wait.html", view=view, wait=wait_of(access, view))


def wait_of(access: RoomAccess, view: RoomView) -> Wait:
    """For a citizen who waits.  The page is of use without it: what cannot be said now is left out."""
    if access.participant.role != CITIZEN or view.phase != "waiting":
        return _SAYS_NOTHING
    try:
        return ask(EstimateWait(room_id=access.room_id, participant=access.participant))
    except PlatformError:
        return _SAYS_NOTHING
