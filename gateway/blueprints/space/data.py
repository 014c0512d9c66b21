"""`/space/data`: one's personal data, and who changed them when."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway.access import registered_required
from gateway.actors import actor_of
from gateway.backends import ask
from gateway.blueprints.booking.person import space_of
from gateway.blueprints.space.blueprint import blueprint, member
from gateway.blueprints.space.completeness import completeness
from gateway.blueprints.space.wording import FIELDS
from gateway.blueprints.spaces.blueprint import DONE, space_to
from gateway.errors import problem_of, sentence_of
from gateway.forms.own_data import DataForm
from gateway.forms.person import contact_of, typed_day
from services.contracts.errors import InvalidField, StaleVersion
from services.contracts.space_access import ACTIVE, PRIVATE
from services.contracts.spaces import ListDataChanges, PersonalData, PrivateSpace, SavePersonalData


@blueprint.get("/data")
@registered_required
def data() -> Any:
    """Who has no space, or has deleted it, reads on the first page what can be done."""
    space = space_of(member())
    if space is None or space.state != ACTIVE:
        return redirect(url_for("space.home"), 303)
    return _show(_form(space), complete=completeness(space))


@blueprint.post("/data")
@registered_required
def save() -> Any:
    form = DataForm()
    if not form.validate():
        return _show(form, 422)
    given = PersonalData(**contact_of(form.data))
    try:
        ask(SavePersonalData(actor=actor_of(member()), version=form.read_version(), data=given))
    except (InvalidField, StaleVersion) as refusal:
        known = isinstance(refusal, InvalidField) and form.blame(refusal)
        return _show(form, problem_of(refusal).status, "" if known else sentence_of(refusal))
    flash(_("Your data are saved."), DONE)
    return redirect(url_for("space.home"), 303)


@blueprint.get("/data/history")
@registered_required
def history() -> Any:
    space = space_to(PRIVATE, "data:read")
    changes = ask(ListDataChanges(actor=actor_of(member()))).changes
    return render_template("space/history.html", space=space, changes=changes)


def _show(form: DataForm, status: int = 200, refusal: str = "", **shown: Any) -> Any:
    space = space_to(PRIVATE, "data:write")
    return render_template("space/data.html", form=form, space=space, refusal=refusal, **shown), status


def _form(space: PrivateSpace) -> DataForm:
    values = {name: getattr(space.data, name) for name in FIELDS}
    typed = {**values, "birth_date": typed_day(space.data.birth_date), "version": str(space.version)}
    return DataForm(formdata=None, data=typed)
