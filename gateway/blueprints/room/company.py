"""`/spaces/<id>/appointments/<id>`: the way of a member of the company's space into the room."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from gateway.access import registered_required
from gateway.company_access import appointment_to
from gateway.principals import citizen
from gateway.room_access import grant_member

blueprint = Blueprint("company_room", __name__, url_prefix="/spaces/<space_id>/appointments")


@blueprint.post("/<appointment_id>")
@registered_required
def enter(space_id: str, appointment_id: str) -> Response:
    """Open the room for him as a participant of his own.

    Errors: NotFound(space | appointment), NotAllowed(join).
    """
    appointment, who = appointment_to("join", space_id, appointment_id), citizen()
    assert who is not None, "leave was given"
    grant_member(appointment, who)
    return redirect(url_for("room.appointment"), 303)
