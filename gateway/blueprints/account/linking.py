"""A further credential: chosen, logged in with at its provider, and back on the account's page."""

from __future__ import annotations

from typing import Any

from flask import flash, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.access import fresh_login_required
from gateway.backends import ask
from gateway.blueprints.account.blueprint import DONE, account_now, blueprint, member
from gateway.blueprints.login.pending import Answered
from gateway.blueprints.login.purpose import PURPOSES, Purpose, depart
from gateway.ended_logins import KEYS, end_credential, ended_logins, keys_of
from gateway.errors import problem_of, sentence_of
from gateway.limits.table import LOGIN
from gateway.limits.taking import limited
from gateway.principals import Arrival, citizen, fresh_proof, keep_proof, login_keys, remember, renew
from services.contracts.credentials import BeginLinking
from services.contracts.errors import LoginRefused, NotAllowed, TooManyCredentials
from services.contracts.identity import ListProviders

LINK = "link"


@blueprint.get("/link")
@fresh_login_required
def link() -> Any:
    return _show()


@blueprint.post("/link")
@fresh_login_required
@limited(LOGIN)
def begin_linking() -> Any:
    """Errors: NotFound(provider | person), FreshLoginNeeded, LoginRefused."""
    provider = request.form.get("provider", "")
    g.begun = {
        "provider": provider,
        "audience": "citizen",
        "next": url_for("account.home"),
        "purpose": LINK,
        "known": [one.credential_id for one in account_now().credentials],
        "ends_with": login_keys("citizen"),
    }
    asked = BeginLinking(person_id=member().subject_id, proof=fresh_proof(), provider=provider)
    try:
        return depart(ask(asked), g.begun)
    except (TooManyCredentials, NotAllowed) as refusal:
        return _show(sentence_of(refusal), problem_of(refusal).status)


def _arrive(answered: Answered) -> None:
    """The session stays that of the credential which opened it, under another id.

    Errors: LoginRefused(logged_out) for an answer that lay here while what it opens was ended.
    """
    principal, who = answered.principal, citizen()
    is_new = principal.credential_id not in answered.begun["known"]
    _refuse_what_is_over(answered)
    if is_new:
        end_credential(principal.credential_id)  # what it had opened alone was another person's
    if who is not None and who.subject_id == principal.subject_id:
        if principal.proof:
            keep_proof(principal, answered.arrival)
        renew()
    else:
        remember(principal, _after_the_end(answered.arrival))
    _say(is_new)


def _refuse_what_is_over(answered: Answered) -> None:
    keys = keys_of(answered.principal, "", answered.arrival.proved)
    if ended_logins().has_ended({KEYS: keys}):
        raise LoginRefused("logged_out")


def _after_the_end(arrival: Arrival) -> Arrival:
    """The session's idle time is over: whoever has just proved who he is comes in."""
    return Arrival(arrival.provider, ended_logins().now(), arrival.proved_at)


def _say(is_new: bool) -> None:
    if is_new:
        flash(_("The means of logging in was added. It opens the same account from now on."), DONE)
    else:
        flash(_("You have chosen a means of logging in that belongs to your account already."))


def _show(refusal: str = "", status: int = 200) -> Any:
    providers = ask(ListProviders(audience="citizen")).providers
    return render_template("account/link.html", providers=providers, refusal=refusal), status


PURPOSES[LINK] = Purpose(
    _l("This means of logging in was not added"), lambda _audience, _back: url_for("account.link"), _arrive
)
