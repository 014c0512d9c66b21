"""The private space: personal data for prefilling, and one's own appointments."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from gateway.access import registered_required
from gateway.actors import actor_of
from gateway.backends import ask, now
from gateway.blueprints.booking.person import known_data, space_of
from gateway.errors import problem_of, sentence_of
from gateway.forms.person import ContactForm, contact_of, typed_day
from gateway.principals import LoggedIn, citizen
from gateway.room_access import grant_room
from services.contracts.booking import Appointment, GetAppointment, ListAppointmentsOfPerson
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.contracts.spaces import OpenPrivateSpace, PersonalData, PrivateSpace, SavePersonalData

blueprint = Blueprint("space", __name__, url_prefix="/space")

FIELDS: dict[str, Any] = {
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "national_number": _l("National number (13 digits)"),
    "birth_date": _l("Date of birth"),
    "birth_place": _l("Place of birth"),
    "email": _l("E-mail address"),
    "phone": _l("Phone number"),
    "street": _l("Street and number"),
    "postal_code": _l("Postal code"),
    "city": _l("Town"),
    "country": _l("Country"),
}


class DataForm(ContactForm):
    version = HiddenField()


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
@registered_required
def home() -> Any:
    space = space_of(_who())
    appointments = ask(ListAppointmentsOfPerson(person_id=_who().subject_id)).appointments
    current = [a for a in appointments if _is_current(a)]
    earlier = [a for a in appointments if a not in current]
    return render_template("space/home.html", space=space, current=current, earlier=earlier, fields=FIELDS)


def _is_current(appointment: Appointment) -> bool:
    """Ahead or going on: who has come may come back until it is ended, however late that is."""
    if appointment.state == "booked":
        return appointment.ends_at > now()
    return appointment.state in ("arrived", "in_call")


@blueprint.post("/open")
@registered_required
def create() -> Any:
    """Make the private space; the second click finds the first one's."""
    ask(OpenPrivateSpace(actor=actor_of(_who()), data=known_data(_who())))
    return redirect(url_for("space.data"), 303)


@blueprint.get("/data")
@registered_required
def data() -> Any:
    space = space_of(_who())
    if space is None:
        return redirect(url_for("space.home"), 303)
    return render_template("space/data.html", form=_form(space), refusal="")


@blueprint.post("/data")
@registered_required
def save() -> Any:
    form = DataForm()
    if not form.validate():
        return render_template("space/data.html", form=form, refusal=""), 422
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    request = SavePersonalData(
        actor=actor_of(_who()), version=version, data=PersonalData(**contact_of(form.data))
    )
    try:
        ask(request)
    except (InvalidField, StaleVersion) as refusal:
        known = isinstance(refusal, InvalidField) and form.blame(refusal)
        sentence = "" if known else sentence_of(refusal)
        return render_template("space/data.html", form=form, refusal=sentence), problem_of(refusal).status
    return redirect(url_for("space.home"), 303)


@blueprint.post("/appointments/<appointment_id>")
@registered_required
def join(appointment_id: str) -> Any:
    """Let the person who booked into the room.  Errors: NotFound for everybody else."""
    appointment = ask(GetAppointment(appointment_id=appointment_id))
    if appointment.person_id != _who().subject_id:
        raise NotFound("appointment")
    grant_room(appointment)
    return redirect("/appointment", 303)


def _who() -> LoggedIn:
    who = citizen()
    assert who is not None
    return who


def _form(space: PrivateSpace) -> DataForm:
    values = {name: getattr(space.data, name) for name in FIELDS}
    typed = {**values, "birth_date": typed_day(space.data.birth_date), "version": str(space.version)}
    return DataForm(formdata=None, data=typed)
