"""The blueprint that the account's pages share, and who stands before them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from gateway.access import here
from gateway.backends import ask
from gateway.blueprints.login import refused
from gateway.error_pages import answer_error
from gateway.own_sessions import unlist_this
from gateway.principals import (
    LoggedIn,
    drop_proof,
    log_out,
    person,
    remember_departure,
    remember_registered,
)
from services.contracts.credentials import Account, Credential, GetAccount
from services.contracts.errors import FreshLoginNeeded, LoginRefused, NotFound

DONE = "done"
"""Category of a message about something that went well."""
blueprint = Blueprint("account", __name__, url_prefix="/account")


def member() -> LoggedIn:
    """The person whom the policy has let in."""
    who = person()
    assert who is not None, "the policy has looked"
    return who


def account_now() -> Account:
    """His account as it is now; what was done elsewhere meanwhile holds in this session too."""
    account = ask(GetAccount(person_id=member().subject_id))
    if bool(account.gone_at) != bool(member().gone_at):
        remember_departure(account.gone_at)
    used = credential_of(account, member().credential_id)
    if used is not None and used.state == "registered" and not member().is_registered:
        remember_registered(account.national_number)
    return account


def credential_of(account: Account, credential_id: str) -> Credential | None:
    return next((one for one in account.credentials if one.credential_id == credential_id), None)


def leave_session(why: str) -> Response:
    """End this session, and say why; see `gateway/blueprints/login/ended.py`."""
    unlist_this()
    log_out()
    return redirect(url_for("login.ended", why=why), 303)


@blueprint.errorhandler(FreshLoginNeeded)
def prove_again(_error: FreshLoginNeeded) -> Any:
    """The log-in was fresh enough for us, but not for `identity`: once more, then back to the page."""
    drop_proof()
    back = url_for("account.address") if request.endpoint == "account.send_again" else here()
    return redirect(url_for("account.log_in_again", next=back), 303)


@blueprint.errorhandler(NotFound)
def not_there(error: NotFound) -> Any:
    """A person who is not there any more has become another one's credential."""
    if error.args[0] == "provider":
        return refused(LoginRefused("unknown_provider"))
    if error.args[0] != "person":
        return answer_error(error)
    return leave_session("joined")
