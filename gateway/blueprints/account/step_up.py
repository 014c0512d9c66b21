"""Proving again who one is, before credentials change: by the provider of before, or another."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from gateway.access import person_required
from gateway.backends import ask
from gateway.blueprints.account.blueprint import blueprint, member
from gateway.blueprints.login.pending import Answered
from gateway.blueprints.login.purpose import PURPOSES, Purpose, depart, local_path
from gateway.limits.table import LOGIN
from gateway.limits.taking import limited
from gateway.principals import fresh_proof, provider_of, remember
from services.contracts.errors import LoginRefused
from services.contracts.identity import BeginLogin, ListProviders, Provider

AGAIN = "again"


@blueprint.get("/login-again")
@person_required
def log_in_again() -> Any:
    back = _back(request.args)
    if fresh_proof():
        return redirect(back, 303)
    return render_template("account/again.html", providers=providers_by_use(), back=back)


@blueprint.post("/login-again")
@person_required
@limited(LOGIN)
def begin_again() -> Any:
    """Errors: NotFound(provider), LoginRefused."""
    provider, person_id = request.form.get("provider", ""), member().subject_id
    g.begun = {"provider": provider, "audience": "citizen", "next": _back(request.form), "purpose": AGAIN}
    asked = BeginLogin(provider=provider, audience="citizen", person_id=person_id)
    return depart(ask(asked), g.begun | {"person_id": person_id})


def providers_by_use() -> list[Provider]:
    """Every provider for citizens, the one of this session's log-in first."""
    own = provider_of("citizen")
    found = ask(ListProviders(audience="citizen")).providers
    return sorted(found, key=lambda provider: provider.code != own)


def _back(values: Any) -> str:
    return local_path(values.get("next", "")) or url_for("account.home")


def _arrive(answered: Answered) -> None:
    """`identity` has refused anybody else already; so would we.  Errors: LoginRefused."""
    if answered.principal.subject_id != answered.begun["person_id"]:
        raise LoginRefused("other_person")
    remember(answered.principal, answered.arrival)


PURPOSES[AGAIN] = Purpose(
    _l("You have not logged in again"),
    lambda _audience, back: url_for("account.log_in_again", next=back or None),
    _arrive,
)
