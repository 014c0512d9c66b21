"""Logging in and out: by whichever provider `identity` offers, bound to the browser that began.

A provider's answer may come as a cross-site post, which brings no session
cookie.  So a cookie of its own (SameSite=None, single use, ten minutes) says
which log-in this browser began; the answer is kept sealed under it, and the
next page, same-site, moves it into the session, where the draft of a booking
still is.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.access import anyone
from gateway.backends import ask, now
from gateway.blueprints.login import backchannel, pending
from gateway.blueprints.login.ended import ended
from gateway.blueprints.login.pending import Answered
from gateway.blueprints.login.purpose import LOG_IN, PURPOSES, depart, local_path
from gateway.ended_logins import ended_logins
from gateway.error_pages import answer_error, wants_json
from gateway.errors import problem_of, sentence_of
from gateway.limits import caller
from gateway.limits.table import LOGIN, METADATA
from gateway.limits.taking import limited, take
from gateway.login_words import LOGIN_REASONS
from gateway.own_sessions import unlist_this
from gateway.principals import Arrival, leaver, log_out, person
from gateway.principals import staff as staff_member
from gateway.security import cross_site
from services.chassis import context
from services.contracts.errors import LoginRefused, NotFound
from services.contracts.identity import BeginLogin, FinishLogin, GetMetadata, ListProviders

_log = logging.getLogger(__name__)
blueprint = Blueprint("login", __name__)
blueprint.add_url_rule("/login/ended", view_func=ended)
_HOME = {"citizen": "/space", "staff": "/console/"}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(backchannel.blueprint)


@blueprint.get("/login")
@anyone
def choose() -> Any:
    return _providers("citizen")


@blueprint.get("/console/login")
@anyone
def staff() -> Any:
    return _providers("staff")


@blueprint.get("/login/<provider>")
@anyone
def choose_again(provider: str) -> Response:
    """For whoever comes here by the back button, by reloading or by an old bookmark."""
    return redirect(url_for(_door(provider)), 303)


@blueprint.post("/login/<provider>")
@anyone
@limited(LOGIN)
def begin(provider: str) -> Any:
    """Errors: LoginRefused."""
    audience = "staff" if request.form.get("audience") == "staff" else "citizen"
    back = local_path(request.form.get("next", "")) or _HOME[audience]
    g.begun = {"provider": provider, "audience": audience, "next": back, "purpose": LOG_IN}
    try:
        return depart(ask(BeginLogin(provider=provider, audience=audience)), g.begun)
    except NotFound:
        raise LoginRefused("unknown_provider") from None


@blueprint.route("/login/<provider>/callback", methods=["GET", "POST"])
@cross_site
@anyone
def callback(provider: str) -> Any:
    """The provider's answer; the log-in is spent whatever comes of it.  Errors: LoginRefused."""
    answer = request.values.to_dict()
    begun = g.begun = _take(_login_id(answer), provider)
    if begun is None:
        return redirect(url_for("login.not_begun", provider=provider), 303)
    _refuse_after_its_end(begun)
    arrival = Arrival(provider, ended_logins().now(), now())
    principal = ask(FinishLogin(login_id=begun["login_id"], provider=provider, answer=answer))
    pending.keep_answer(Answered(principal, arrival, begun))
    return redirect(url_for("login.finish"), 303)


@blueprint.get("/saml/<provider>/metadata")
@anyone
def metadata(provider: str) -> Response:
    """What a SAML provider is told about us.  Errors: NotFound(provider), TooManyRequests."""
    take(METADATA, whom=caller.network())
    document = ask(GetMetadata(provider=provider)).document
    return Response(document, mimetype="application/samlmetadata+xml")


@blueprint.get("/login/finish")
@anyone
def finish() -> Any:
    """Move the answer into the session, whose id changes.  Errors: LoginRefused."""
    answered = pending.take_answer()
    if answered is None:
        return not_begun()
    g.begun = answered.begun
    PURPOSES[g.begun["purpose"]].arrive(answered)
    back = url_for("account.leaving") if _leaves() else g.begun["next"]
    response = redirect(back, 303)
    pending.forget(response)
    return response


@blueprint.get("/login/not-begun")
@anyone
def not_begun() -> Any:
    """An answer that comes again, late, or in another tab: who is logged in goes on, others begin again.

    A page of its own, since an answer from another site brings no session.  Errors: LoginRefused.
    """
    for audience, is_logged_in in (("citizen", person), ("staff", staff_member)):
        if is_logged_in():
            return redirect(_HOME[audience], 303)
    provider = request.args.get("provider", "")
    g.begun = {"provider": provider, "audience": "staff" if _door(provider) == "login.staff" else "citizen"}
    raise LoginRefused("not_begun_here")


@blueprint.post("/logout")
@anyone
def logout() -> Response:
    """End the whole session, on the server too."""
    unlist_this()
    log_out()
    return redirect("/", 303)


@blueprint.app_errorhandler(LoginRefused)
def refused(error: LoginRefused) -> Any:
    """Say why as far as it helps, and where to begin again; the log gets the reason, nothing the answer."""
    begun = g.get("begun") or {}
    _log.warning("log-in refused", extra={"reason": error.args[0], "provider": begun.get("provider", "none")})
    if wants_json():
        return answer_error(error)
    audience, name = begun.get("audience", "citizen"), begun.get("purpose", LOG_IN)
    page = render_template(
        "login/refused.html",
        heading=PURPOSES[name].refused,
        sentence=sentence_of(error),
        is_explained=error.args[0] in LOGIN_REASONS,
        audience=audience,
        to_come_in=name == LOG_IN,
        again=PURPOSES[name].begin_again(audience, begun.get("next", "")),
        reference=context.current().correlation_id,
    )
    return page, problem_of(error).status


def _leaves() -> bool:
    """Whether somebody has come in who has asked to be erased: only the way back is open to him."""
    return g.begun["purpose"] == LOG_IN and g.begun["audience"] == "citizen" and leaver() is not None


def _login_id(answer: dict[str, str]) -> str:
    """Which log-in an answer belongs to: SAML and OpenID Connect each have a field for it."""
    return answer.pop("RelayState", "") or answer.get("state", "")


def _take(login_id: str, provider: str) -> dict[str, Any] | None:
    """The log-in that this browser has begun, once; another tab's is left alone."""
    found = pending.look()
    if found is None or (found.get("login_id"), found.get("provider")) != (login_id, provider):
        return None
    return pending.take()


def _refuse_after_its_end(begun: dict[str, Any]) -> None:
    """What is added to an account is added while the session goes on from which that was begun.

    Whoever comes to a browser after a log-out adds nothing, nor does a thief after "log out everywhere".
    Errors: LoginRefused(logged_out).
    """
    if "ends_with" in begun and ended_logins().has_ended(begun["ends_with"]):
        raise LoginRefused("logged_out")


def _door(provider: str) -> str:
    """Where those log in who do so by this provider."""
    codes = {found.code for found in ask(ListProviders(audience="citizen")).providers}
    of_staff = {found.code for found in ask(ListProviders(audience="staff")).providers}
    return "login.staff" if provider in of_staff - codes else "login.choose"


def _providers(audience: str) -> str:
    providers = ask(ListProviders(audience=audience)).providers
    back = local_path(request.args.get("next", ""))
    return render_template("login/choose.html", providers=providers, audience=audience, back=back)
