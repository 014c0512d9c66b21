"""Logging in and out: by whichever provider `identity` offers, bound to the browser that began.

A provider's answer may come as a cross-site post, which brings no session
cookie.  So a cookie of its own (SameSite=None, single use, ten minutes) says
which log-in this browser began; the answer is kept sealed under it, and the
next page, same-site, moves it into the session, where the draft of a booking
still is.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from gateway.access import anyone
from gateway.backends import ask
from gateway.blueprints.login import pending
from gateway.limits.table import LOGIN
from gateway.limits.taking import limited
from gateway.principals import remember
from gateway.security import cross_site
from services.contracts.errors import LoginRefused
from services.contracts.identity import BeginLogin, FinishLogin, ListProviders

blueprint = Blueprint("login", __name__)
_HOME = {"citizen": "/space", "staff": "/console/"}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/login")
@anyone
def choose() -> Any:
    return _providers("citizen")


@blueprint.get("/console/login")
@anyone
def staff() -> Any:
    return _providers("staff")


@blueprint.post("/login/<provider>")
@anyone
@limited(LOGIN)
def begin(provider: str) -> Any:
    audience = "staff" if request.form.get("audience") == "staff" else "citizen"
    begun = ask(BeginLogin(provider=provider, audience=audience))
    back = local_path(request.form.get("next", "")) or _HOME[audience]
    response = redirect(begun.redirect_url, 303)
    pending.begin(
        response, {"login_id": begun.login_id, "provider": provider, "audience": audience, "next": back}
    )
    return response


@blueprint.route("/login/<provider>/callback", methods=["GET", "POST"])
@cross_site
@anyone
def callback(provider: str) -> Any:
    """The provider's answer; the log-in is spent whatever comes of it.  Errors: LoginRefused."""
    answer = request.values.to_dict()
    begun = pending.take()
    if begun is None or (begun["login_id"], begun["provider"]) != (answer.pop("login", ""), provider):
        raise LoginRefused("not_begun_here")
    principal = ask(FinishLogin(login_id=begun["login_id"], provider=provider, answer=answer))
    pending.keep_principal(principal, begun["next"])
    return redirect(url_for("login.finish"), 303)


@blueprint.get("/login/finish")
@anyone
def finish() -> Any:
    """Move the answer into the session, whose id changes.  Errors: LoginRefused."""
    found = pending.take_principal()
    if found is None:
        raise LoginRefused("not_begun_here")
    principal, back = found
    remember(principal)
    response = redirect(back, 303)
    pending.forget(response)
    return response


@blueprint.post("/logout")
@anyone
def logout() -> Response:
    """End the whole session, on the server too."""
    session.clear()
    return redirect("/", 303)


def local_path(text: str) -> str:
    """`text` if it is a path of this site, else an empty string."""
    is_local = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if is_local else ""


def _providers(audience: str) -> str:
    providers = ask(ListProviders(audience=audience)).providers
    back = local_path(request.args.get("next", ""))
    return render_template("login/choose.html", providers=providers, audience=audience, back=back)
