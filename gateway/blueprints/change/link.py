"""`/appointment/move` and `/appointment/cancel`: for whoever has opened the room, by link or as a member."""

from __future__ import annotations

from flask import Blueprint

from gateway.backends import ask
from gateway.blueprints.change import citizen
from gateway.blueprints.change.pages import Change, add_pages
from gateway.room_access import has_room, room_access
from services.contracts.booking import GetAppointment

blueprint = Blueprint("change_by_link", __name__, url_prefix="/appointment")


def find() -> Change:
    """The appointment whose room this browser has opened.

    Errors: NotFound(space | appointment), NotAllowed(book).
    """
    access = room_access()
    assert access is not None, "the policy has looked"
    if access.space_id:
        return citizen.change_by_member(access.space_id, access.room_id, "/appointment", "/appointment")
    appointment = ask(GetAppointment(appointment_id=access.room_id))
    return citizen.change(appointment, "/appointment", "/appointment")


add_pages(blueprint, has_room, find)
