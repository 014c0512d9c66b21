"""`/console/appointments/<id>/move` and `/cancel`: staff may until the consultation has ended."""

from __future__ import annotations

from flask import Blueprint

from gateway.access import staff_with
from gateway.backends import ask, now
from gateway.blueprints.change.pages import Change, add_pages
from gateway.principals import staff
from services.contracts.booking import GetAppointment

blueprint = Blueprint("change_at_desk", __name__, url_prefix="/console/appointments/<appointment_id>")


def _find(appointment_id: str) -> Change:
    member = staff()
    assert member is not None, "the policy has looked"
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    return Change(
        appointment,
        member.subject_id,
        f"/console/appointments/{appointment_id}",
        f"/console/appointments/{appointment_id}/",
        possible=appointment.state != "cancelled" and now() < appointment.ends_at,
    )


add_pages(blueprint, staff_with("agent", "supervisor", "helpdesk"), _find)
