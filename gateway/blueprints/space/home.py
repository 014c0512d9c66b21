"""`/space`: what the private space holds, and one's own appointments; making it, entering a room."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from gateway.access import registered_required
from gateway.actors import actor_of
from gateway.backends import ask
from gateway.blueprints.booking.person import known_data, space_of
from gateway.blueprints.space.blueprint import blueprint, member
from gateway.blueprints.space.completeness import completeness
from gateway.blueprints.spaces.frame import switcher
from gateway.blueprints.spaces.procedures import is_current
from gateway.consent import KEEPING_VERSION
from gateway.errors import sentence_of
from gateway.room_access import grant_room
from services.contracts.booking import GetAppointment, ListAppointmentsOfPerson
from services.contracts.errors import NotFound, StaleVersion
from services.contracts.space_access import ACTIVE
from services.contracts.spaces import OpenPrivateSpace


@blueprint.get("")
@registered_required
def home() -> Any:
    """Appointments are there without a space too, and stay when it is deleted."""
    appointments = ask(ListAppointmentsOfPerson(person_id=member().subject_id)).appointments
    current = [a for a in appointments if is_current(a)]
    earlier = [a for a in appointments if a not in current]
    card = switcher().private
    own = space_of(member()) if card and card.state == ACTIVE else None
    shown = {"own": own, "complete": completeness(own) if own else None}
    return render_template("space/home.html", space=card, current=current, earlier=earlier, **shown)


@blueprint.post("/open")
@registered_required
def create() -> Any:
    """Make the private space; the second click finds the first one's, who has deleted it may restore it."""
    wanted = OpenPrivateSpace(
        actor=actor_of(member()), data=known_data(member()), consent_version=KEEPING_VERSION
    )
    try:
        space = ask(wanted)
    except StaleVersion as refusal:
        flash(sentence_of(refusal), "message")
        return redirect(url_for("space.home"), 303)
    return redirect(url_for("space.data" if space.state == ACTIVE else "space.home"), 303)


@blueprint.post("/appointments/<appointment_id>")
@registered_required
def join(appointment_id: str) -> Any:
    """Let the person who booked into the room.  Errors: NotFound for everybody else."""
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    if appointment.person_id != member().subject_id:
        raise NotFound("appointment")
    grant_room(appointment)
    return redirect("/appointment", 303)
