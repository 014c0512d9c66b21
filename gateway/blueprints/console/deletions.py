"""`/console/deletions/`: auditors see what was deleted with an appointment, and verify any record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.deletion import Proved, proved
from gateway.forms import AreaField, Form
from gateway.forms.planning import filled
from services.contracts.deletion import ListRecordKeys, ShowDeletionRecords
from services.contracts.errors import NotFound

blueprint = Blueprint("console_deletions", __name__, url_prefix="/console/deletions")
blueprint.context_processor(desk.context)


class RecordForm(Form):
    text = AreaField(
        _l("Number of an appointment, or a signed record"),
        [filled],
        description=_l("Records of an appointment are kept for a year after everything in it was deleted."),
    )


@blueprint.get("/")
@desk.audits
def search() -> str:
    return render_template("console/deletions.html", form=RecordForm(formdata=None), found=None)


@blueprint.post("/")
@desk.audits
def find() -> Any:
    form = RecordForm()
    found = _found(form.text.data.split()) if form.validate() else None
    return render_template("console/deletions.html", form=form, found=found), 422 if form.errors else 200


def _found(words: list[str]) -> list[Proved]:
    """Records are verified as they are; of an appointment those that are kept."""
    keys = ask(ListRecordKeys())
    if "." in words[0]:
        return proved(words, keys)
    try:
        return proved(ask(ShowDeletionRecords(room_id=words[0])).records, keys, words[0])
    except NotFound:
        return []
