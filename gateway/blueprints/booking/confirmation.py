"""Step 9: it is booked; what happens next, and the calendar file."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, session, url_for
from flask_babel import gettext as _

from gateway.access import anyone
from gateway.backends import ask, now, runtime
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.review import BOOKED
from gateway.calendar_file import calendar_file
from gateway.i18n import language
from gateway.letter import letter
from gateway.mail_again import send_again
from gateway.principals import citizen
from gateway.settings import PagesSettings
from services.contracts.booking import Appointment, GetAppointment


@blueprint.get("/done")
@anyone
def done() -> Any:
    appointment = _booked()
    if appointment is None:
        return redirect(url_for("booking.start"), 303)
    return render_template("booking/done.html", appointment=appointment)


@blueprint.post("/done/mail")
@anyone
def mail() -> Any:
    """The confirmation once more, where the first did not arrive."""
    appointment = _booked()
    if appointment is not None:
        send_again(appointment.appointment_id)
    return redirect(url_for("booking.done"), 303)


@blueprint.get("/done/calendar.ics")
@anyone
def calendar() -> Any:
    appointment = _booked()
    if appointment is None:
        return redirect(url_for("booking.start"), 303)
    settings = runtime().settings
    assert isinstance(settings, PagesSettings)
    title = _("Video consultation with CNS")
    content = calendar_file(appointment, title, settings.origin, settings.calendar_domain, now())
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "attachment; filename=consultation.ics"
    return response


@blueprint.get("/done/confirmation.pdf")
@anyone
def printed() -> Any:
    """The confirmation to keep, in the language of the pages."""
    appointment = _booked()
    return letter(appointment, language()) if appointment else redirect(url_for("booking.start"), 303)


def _booked() -> Appointment | None:
    """What this session has booked last; booked with a log-in, it is shown to that person alone."""
    appointment_id, who = session.get(BOOKED), citizen()
    if not appointment_id:
        return None
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    is_own = appointment.person_id in ("", who.subject_id if who else "")
    return appointment if is_own else None
