"""One's own sessions: which there are, ending one, and logging out everywhere; for citizens and for staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.access import citizen_required, staff_required
from gateway.blueprints.account.blueprint import DONE, blueprint
from gateway.blueprints.console import desk
from gateway.own_sessions import end_all_own, end_own, is_this_session, own_sessions
from gateway.principals import log_out

console = Blueprint("console_sessions", __name__, url_prefix="/console/sessions")
console.context_processor(desk.context)


@blueprint.post("/sessions/end")
@citizen_required
def end_one() -> Any:
    return _end_one("citizen", url_for("account.home"))


@blueprint.post("/sessions/end-all")
@citizen_required
def end_all() -> Any:
    return _end_all("citizen")


@console.get("")
@staff_required()
def listed() -> Any:
    return render_template("console/sessions.html", own=own_sessions("staff"))


@console.post("/end")
@staff_required()
def end_one_of_staff() -> Any:
    return _end_one("staff", url_for("console_sessions.listed"))


@console.post("/end-all")
@staff_required()
def end_all_of_staff() -> Any:
    return _end_all("staff")


def _end_one(audience: str, page: str) -> Any:
    """End the one that the form names; whoever names this one is logged out.  One that is over stays so."""
    handle = request.form.get("handle", "")
    is_this = is_this_session(audience, handle)
    end_own(audience, handle)
    if is_this:
        return _out(audience, "here")
    flash(_("That session is ended."), DONE)
    return redirect(page, 303)


def _end_all(audience: str) -> Any:
    end_all_own(audience)
    return _out(audience, "everywhere")


def _out(audience: str, why: str) -> Response:
    log_out()
    return redirect(url_for("login.ended", why=why, audience=audience), 303)
