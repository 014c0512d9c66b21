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
from gateway.settings import PagesSettings
from services.contracts.booking import Appointment, GetAppointment


@blueprint.get("/done")
@anyone
def done() -> Any:
    appointment = _booked()
    if appointment is None:
        return redirect(url_for("booking.start"), 303)
    return render_template("booking/done.html", appointment=appointment)


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


def _booked() -> Appointment | None:
    """What this session has booked last; its owner alone sees it."""
    appointment_id = session.get(BOOKED)
    return ask(GetAppointment(appointment_id=appointment_id)) if appointment_id else None
