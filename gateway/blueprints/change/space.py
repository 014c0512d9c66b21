"""`/space/appointments/<id>/move` and `/cancel`: for the person who booked, logged in."""

from __future__ import annotations

from flask import Blueprint

from gateway.access import registered_citizen
from gateway.backends import ask
from gateway.blueprints.change import citizen
from gateway.blueprints.change.pages import Change, add_pages
from gateway.principals import citizen as who_is_logged_in
from services.contracts.booking import GetAppointment
from services.contracts.errors import NotFound

blueprint = Blueprint("change_in_space", __name__, url_prefix="/space/appointments/<appointment_id>")


def find(appointment_id: str) -> Change:
    """An appointment of the person who is logged in.  Errors: NotFound(appointment)."""
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    who = who_is_logged_in()
    if who is None or appointment.person_id != who.subject_id:
        raise NotFound("appointment")
    return citizen.change(appointment, f"/space/appointments/{appointment_id}", "/space")


add_pages(blueprint, registered_citizen, find)
