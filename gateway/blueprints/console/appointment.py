"""`/console/appointments/<id>`: all that the desk knows of one appointment, and what it can do."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gateway import link_generation
from gateway.backends import ask, now
from gateway.blueprints.console import desk, history
from gateway.blueprints.room import shown
from gateway.blueprints.room.checks import checks_of
from gateway.errors import sentence_of
from gateway.letter import letter
from gateway.room_access import RoomAccess
from services.contracts.booking import Appointment, GetAppointment, RenewLink
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.contracts.media import AGENT, LookAtRoom, Participant, RoomView

blueprint = Blueprint("console_appointment", __name__, url_prefix="/console/appointments/<appointment_id>")
blueprint.context_processor(shown.context)
blueprint.context_processor(desk.context)

_ENTERABLE = ("open", "waiting", "admitted", "documents")


@blueprint.get("/")
@desk.at_the_desk
def show(appointment_id: str) -> str:
    """Times, persons, mails and history; opening it changes nothing."""
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    room = _room(appointment_id)
    return render_template(
        "console/appointment.html",
        appointment=appointment,
        room=room,
        changeable=appointment.state != "cancelled" and now() < appointment.ends_at,
        enterable=desk.has_role(AGENT) and room is not None and room.phase in _ENTERABLE,
        deliveries=history.deliveries(appointment_id),
        trail=history.trail(appointment),
        checks=checks_of(RoomAccess(appointment_id, _as_agent())) if room else (),
    )


@blueprint.get("/link")
@desk.at_the_desk
def ask_for_link(appointment_id: str) -> str:
    """Whether the links sent so far are really to be revoked."""
    return render_template(
        "console/link.html", appointment=ask(GetAppointment(appointment_id=appointment_id))
    )


@blueprint.post("/link")
@desk.at_the_desk
def renew_link(appointment_id: str) -> Any:
    """Revoke the link of the generation that the page showed; a second click revokes nothing more."""
    generation = request.form.get("generation", "")
    if not (generation.isascii() and generation.isdigit() and len(generation) < 10):
        raise InvalidField("generation", "format")
    wanted = RenewLink(
        appointment_id=appointment_id, generation=int(generation), actor=desk.member().subject_id
    )
    try:
        _tell(ask(wanted))
    except StaleVersion as refusal:
        flash(sentence_of(refusal))
    return redirect(url_for("console_appointment.show", appointment_id=appointment_id), 303)


@blueprint.get("/letter.pdf")
@desk.at_the_desk
def print_letter(appointment_id: str) -> Response:
    """The confirmation to be sent by post, in the citizen's language."""
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    return letter(appointment, appointment.mail_language, by_post=True)


def _tell(renewed: Appointment) -> None:
    link_generation.note(renewed)
    if renewed.applicant.email:
        flash(_("Every link sent before is revoked. The new one is on its way by mail."))
    else:
        flash(
            _("Every link sent before is revoked. Print the confirmation again: the new link stands on it.")
        )


def _as_agent() -> Participant:
    return Participant(participant_id=desk.member().subject_id, role=AGENT)


def _room(appointment_id: str) -> RoomView | None:
    """As the agent would see it; None where there is none yet, or none any more."""
    try:
        return ask(LookAtRoom(room_id=appointment_id, participant=_as_agent()))
    except NotFound:
        return None
