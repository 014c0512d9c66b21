"""`/console/search`: one appointment by its number, or those of an exact address or national number.

What is looked for travels in the form, never in an address.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.forms import Form, TextField
from gateway.forms.person import fault_sentence
from gateway.forms.planning import filled
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.booking_desk import FindAppointments
from services.contracts.errors import InvalidField, NotFound

blueprint = Blueprint("console_search", __name__, url_prefix="/console/search")
blueprint.context_processor(desk.context)


class SearchForm(Form):
    text = TextField(
        _l("Number of the appointment, e-mail address or national number"),
        [filled],
        description=_l("In full: nobody is found by a part of it."),
    )


@blueprint.get("/")
@desk.at_the_desk
def search() -> Any:
    return render_template("console/search.html", form=SearchForm(formdata=None), found=None)


@blueprint.post("/")
@desk.at_the_desk
def find() -> Any:
    """One that is found is opened; several are listed."""
    form = SearchForm()
    try:
        found = _found(form.text.data) if form.validate() else None
    except InvalidField as fault:
        form.text.errors, found = [fault_sentence(fault)], None
    if found and len(found) == 1:
        one = found[0].appointment_id
        return redirect(url_for("console_appointment.show", appointment_id=one), 303)
    return render_template("console/search.html", form=form, found=found), 422 if form.errors else 200


def _found(text: str) -> tuple[Appointment, ...]:
    """Errors: InvalidField."""
    digits = re.sub(r"[\s-]", "", text)
    if "@" in text:
        return ask(FindAppointments(email=text)).appointments
    if digits.isascii() and digits.isdigit():
        return ask(FindAppointments(national_number=digits)).appointments
    try:
        return (ask(GetAppointment(appointment_id=text)),)
    except NotFound:
        return ()
