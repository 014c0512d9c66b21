"""The forms of calendars, agents, kinds and subjects: what they say is previewed, never made at once."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from gateway import words
from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.calendars import preview
from gateway.blueprints.console.calendars.blueprint import blueprint
from gateway.errors import sentence_of
from gateway.forms.offered import KindForm, SubjectForm
from gateway.forms.planning import AgentForm, CalendarForm, PlanningForm
from services.chassis.codec import to_wire
from services.contracts.calendars import CalendarEntry, Catalogue, Change, GetCatalogue
from services.contracts.errors import InvalidField, NotFound, StaleVersion

FORMS: dict[str, type[PlanningForm]] = {
    form.WHAT: form for form in (CalendarForm, AgentForm, KindForm, SubjectForm)
}
_BLANK = {
    "calendar": {"zone": "Europe/Luxembourg", "holidays_of": "LU", "pause_minutes": "0"},
    "agent": {"active": True},
}


@blueprint.get("/<any(calendar, agent, kind, subject):what>/")
@desk.plans
def new_entry(what: str) -> Any:
    form = FORMS[what](formdata=None, data=_BLANK.get(what))
    form.know(ask(GetCatalogue()))
    return _show(form, None)


@blueprint.get("/<any(calendar, agent, kind, subject):what>/<code>")
@desk.plans
def edit_entry(what: str, code: str) -> Any:
    catalogue = ask(GetCatalogue())
    entry = _find(catalogue, what, code)
    return _show(_filled(catalogue, what, entry), entry)


@blueprint.post("/<any(calendar, agent, kind, subject):what>/")
@desk.plans
def add_entry(what: str) -> Any:
    catalogue = ask(GetCatalogue())
    form = FORMS[what]()
    form.know(catalogue)
    code = form[form.CODE]
    if code.data in _entries(catalogue, what):
        code.errors = [_("There is one of this name already.")]
        return _show(form, None, 422)
    return _preview(form, None)


@blueprint.post("/<any(calendar, agent, kind, subject):what>/<code>")
@desk.plans
def change_entry(what: str, code: str) -> Any:
    """Another change since the page was opened is shown first: nobody overwrites what he has not seen."""
    catalogue = ask(GetCatalogue())
    entry = _find(catalogue, what, code)
    if request.form.get("seen") != seal_of(entry):
        stale = StaleVersion("catalogue")
        return _show(_filled(catalogue, what, entry), entry, 409, sentence_of(stale))
    form = FORMS[what]()
    form.know(catalogue)
    form[form.CODE].data = code
    return _preview(form, entry)


def seal_of(entry: Any) -> str:
    """The same for the same entry; another one where anything in it differs."""
    return hashlib.sha256(json.dumps(to_wire(entry), sort_keys=True).encode()).hexdigest()


def _preview(form: Any, entry: Any) -> Any:
    if not form.validate():
        return _show(form, entry, 422)
    try:
        return preview.begin(Change(**{form.WHAT: form.entry()}))
    except InvalidField as fault:
        if not form.blame(fault):
            raise
        return _show(form, entry, 422)


def _filled(catalogue: Catalogue, what: str, entry: Any) -> PlanningForm:
    form = FORMS[what](formdata=None)
    form.know(catalogue)
    form.fill(entry)
    return form


def _find(catalogue: Catalogue, what: str, code: str) -> Any:
    found = _entries(catalogue, what).get(code)
    if found is None:
        raise NotFound(what)
    return found


def _entries(catalogue: Catalogue, what: str) -> dict[str, Any]:
    all_of_them: tuple[Any, ...] = getattr(catalogue, f"{what}s")
    return {getattr(entry, FORMS[what].CODE): entry for entry in all_of_them}


def _show(form: PlanningForm, entry: Any, status: int = 200, refusal: str = "") -> Any:
    code = getattr(entry, form.CODE) if entry else ""
    form.spare()
    page = render_template(
        "console/calendars/entry.html",
        form=form,
        what=form.WHAT,
        code=code,
        title=_title(entry, code),
        own=[field for field in form.in_order() if not field.short_name.startswith("day_")],
        is_calendar=isinstance(entry, CalendarEntry) or form.WHAT == "calendar",
        seen=seal_of(entry) if entry else "",
        refusal=refusal,
    )
    return page, status


def _title(entry: Any, code: str) -> str:
    """An agent has one name, what citizens see one in each language, a calendar none."""
    return getattr(entry, "name", "") or words.named(getattr(entry, "names", {}), code)
