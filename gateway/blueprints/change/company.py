"""`/spaces/<id>/appointments/<id>/move` and `/cancel`: for members of the space that it was booked for."""

from __future__ import annotations

from flask import Blueprint, url_for

from gateway.access import registered_citizen
from gateway.blueprints.change import citizen
from gateway.blueprints.change.pages import Change, add_pages

ADDRESS = "/spaces/<space_id>/appointments/<appointment_id>"

blueprint = Blueprint("change_for_company", __name__, url_prefix=ADDRESS)


def find(space_id: str, appointment_id: str) -> Change:
    """An appointment of the space.  Errors: NotFound(space | appointment), NotAllowed(book)."""
    address = f"/spaces/{space_id}/appointments/{appointment_id}"
    back = url_for("spaces.procedures", space_id=space_id)
    return citizen.change_by_member(space_id, appointment_id, address, back)


add_pages(blueprint, registered_citizen, find)
