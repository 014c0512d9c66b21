"""`/spaces`: all spaces of one person, a new one, and the wish for more."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gateway.access import registered_required
from gateway.backends import ask
from gateway.blueprints.spaces.blueprint import DONE, actor, blueprint, member
from gateway.errors import problem_of, sentence_of
from gateway.forms.spaces import NameForm, ReasonForm
from services.contracts.certificate_number import fault
from services.contracts.errors import InvalidField, NotAllowed, SpaceLimitReached, StaleVersion
from services.contracts.professional import AskForMoreSpaces, ListSpaces, OpenProfessionalSpace


@blueprint.get("")
@registered_required
def home() -> Any:
    overview, number = ask(ListSpaces(actor=actor())), actor().number
    return render_template("spaces/home.html", overview=overview, number="" if fault(number) else number)


@blueprint.get("/new")
@registered_required
def new() -> Any:
    """At the limit the overview says what can be done."""
    overview = ask(ListSpaces(actor=actor()))
    if overview.opened >= overview.limit:
        return redirect(url_for("spaces.home"), 303)
    return _show_new(NameForm(formdata=None, data={"name": member().company_name}))


@blueprint.post("/new")
@registered_required
def create() -> Any:
    """The second click brings the same key and finds the first one's space."""
    form = NameForm()
    if not form.validate():
        return _show_new(form, 422)
    wanted = OpenProfessionalSpace(
        actor=actor(), name=form.name.data, idempotency_key=request.form.get("request_key", "")
    )
    try:
        space = ask(wanted)
    except InvalidField as fault:
        if not form.show(fault):
            raise
        return _show_new(form, 422)
    except (SpaceLimitReached, StaleVersion) as refusal:
        return _show_new(form, problem_of(refusal).status, sentence_of(refusal))
    flash(_("The space has been created."), DONE)
    return redirect(url_for("spaces.show", space_id=space.space_id), 303)


@blueprint.get("/more")
@registered_required
def more() -> Any:
    overview = ask(ListSpaces(actor=actor()))
    if overview.opened < overview.limit or overview.limit_request == "open":
        return redirect(url_for("spaces.home"), 303)
    return _show_more(ReasonForm(formdata=None))


@blueprint.post("/more")
@registered_required
def ask_for_more() -> Any:
    form = ReasonForm()
    if not form.validate():
        return _show_more(form, 422)
    try:
        ask(AskForMoreSpaces(actor=actor(), reason=form.reason.data))
    except InvalidField as fault:
        if not form.show(fault):
            raise
        return _show_more(form, 422)
    except (NotAllowed, StaleVersion):  # there is room again, or the helpdesk has just answered
        return redirect(url_for("spaces.home"), 303)
    flash(_("The helpdesk has your request. You read the answer here."), DONE)
    return redirect(url_for("spaces.home"), 303)


def _show_new(form: NameForm, status: int = 200, refusal: str = "") -> Any:
    return render_template("spaces/new.html", form=form, who=member(), refusal=refusal), status


def _show_more(form: ReasonForm, status: int = 200) -> Any:
    return render_template("spaces/more.html", form=form, refusal=""), status
