"""The personal link: who holds it may enter the appointment's room, and opening it changes nothing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.wrappers import Response

from gateway.access import anyone
from gateway.backends import ask, runtime
from gateway.limits.table import LINK_GUESS
from gateway.limits.taking import note, require
from gateway.principals import citizen
from gateway.room_access import grant_room
from gateway.settings import PagesSettings
from services.chassis.links import Link, verify
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.errors import NotFound

blueprint = Blueprint("link", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("/l/<token>", methods=["GET", "POST"])
@anyone
def open_link(token: str) -> Any:
    """Exchange the token for a session and a clean address; a POST brings the proof of work along."""
    require(LINK_GUESS)
    try:
        link, appointment = _genuine(token)
    except NotFound:
        return render_template("link/invalid.html"), 404
    who, person_id = citizen(), appointment.person_id
    if person_id and who is None:
        return redirect(url_for("login.choose", next=request.path), 303)
    if person_id and who is not None and who.subject_id != person_id:
        return render_template("link/invalid.html"), 404
    grant_room(appointment, link.recipient)
    return redirect("/appointment", 303)


@blueprint.get("/link")
@anyone
def needed() -> Any:
    """No room is open in this browser."""
    return render_template("link/needed.html"), 403


def _genuine(token: str) -> tuple[Link, Appointment]:
    """What the token says, and its appointment.  Raises NotFound, also for a revoked generation."""
    settings = runtime().settings
    assert isinstance(settings, PagesSettings)
    link = _verified(settings.link_key.reveal_bytes(), token)
    appointment = ask(GetAppointment(appointment_id=link.appointment_id))
    if appointment.link_generation != link.generation:
        raise NotFound("link")
    return link, appointment


def _verified(key: bytes, token: str) -> Link:
    """A token that is not genuine counts as a guess."""
    try:
        return verify(key, token)
    except NotFound:
        note(LINK_GUESS)
        raise


@blueprint.after_request
def _keep_the_address_here(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
