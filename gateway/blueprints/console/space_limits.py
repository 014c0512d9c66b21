"""`/console/space-limits`: persons who need more professional spaces, and the helpdesk's answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.spaces import wording
from gateway.errors import sentence_of
from gateway.forms.spaces import DecisionForm
from services.contracts.errors import InvalidField, NotFound, StaleVersion
from services.contracts.professional import DecideLimit, LimitRequest, ListLimitRequests

blueprint = Blueprint("console_space_limits", __name__, url_prefix="/console/space-limits")
blueprint.context_processor(desk.context)
blueprint.context_processor(lambda: {"wording": wording})


@blueprint.get("/")
@desk.helps
def requests() -> str:
    return render_template("console/limits/requests.html", requests=ask(ListLimitRequests()).requests)


@blueprint.get("/<request_id>")
@desk.helps
def show(request_id: str) -> Any:
    found = _waiting(request_id)
    return _over() if found is None else _show(DecisionForm(formdata=None), found)


@blueprint.post("/<request_id>")
@desk.helps
def decide(request_id: str) -> Any:
    """The second click finds it answered."""
    found = _waiting(request_id)
    if found is None:
        return _over()
    form = DecisionForm()
    try:
        if not form.validate():
            return _show(form, found, 422)
        ask(_decision(form, found))
    except InvalidField as fault:
        if not form.show(fault):
            raise
        return _show(form, found, 422)
    except (NotFound, StaleVersion) as refusal:
        flash(sentence_of(refusal), "message")
    else:
        flash(_("The request is answered."), "done")
    return redirect(url_for("console_space_limits.requests"), 303)


def _decision(form: DecisionForm, found: LimitRequest) -> DecideLimit:
    """An empty limit is a refusal.  Errors: InvalidField(limit, range)."""
    typed = form.limit.data or ""
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed)):
        raise InvalidField("limit", "range")
    return DecideLimit(
        person_id=found.person_id,
        request_id=found.request_id,
        limit=int(typed or "0"),
        reason=form.reason.data,
        staff_id=desk.member().subject_id,
    )


def _waiting(request_id: str) -> LimitRequest | None:
    found = ask(ListLimitRequests()).requests
    return next((one for one in found if one.request_id == request_id), None)


def _over() -> Response:
    flash(_("This request has been answered already."), "message")
    return redirect(url_for("console_space_limits.requests"), 303)


def _show(form: DecisionForm, found: LimitRequest, status: int = 200) -> Any:
    return render_template("console/limits/request.html", form=form, found=found), status
