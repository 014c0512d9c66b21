"""Revoking a credential of one's own: asked once more, then at once and everywhere."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway import ended_logins
from gateway.access import fresh_login_required
from gateway.blueprints.account.blueprint import (
    DONE,
    account_now,
    blueprint,
    credential_of,
    leave_session,
    member,
)
from gateway.errors import sentence_of
from gateway.principals import fresh_proof
from services.contracts.credentials import RevokeCredential
from services.contracts.errors import LastCredential, NotFound

_PATH = "/credentials/<credential_id>/revoke"


@blueprint.get(_PATH)
@fresh_login_required
def revoke(credential_id: str) -> Any:
    """What it means.  Errors: NotFound(credential)."""
    credential = credential_of(account_now(), credential_id)
    if credential is None:
        raise NotFound("credential")
    if credential.state == "revoked":
        return _over()
    return render_template(
        "account/revoke.html", credential=credential, is_used_now=credential_id == member().credential_id
    )


@blueprint.post(_PATH)
@fresh_login_required
def revoke_for_good(credential_id: str) -> Any:
    """The second click changes nothing more.

    Errors: NotFound(credential), FreshLoginNeeded, ServiceUnavailable(sessions).
    """
    try:
        _revoke(credential_id)
    except LastCredential as refusal:
        flash(sentence_of(refusal))
        return redirect(url_for("account.home"), 303)
    if credential_id == member().credential_id:
        return leave_session("revoked")
    return _over()


def _revoke(credential_id: str) -> None:
    """Looks before `identity` does: nobody's session ends for what would be refused."""
    account = account_now()
    credential = credential_of(account, credential_id)
    if credential is None:
        raise NotFound("credential")
    if [one for one in account.credentials if one.state == "registered"] == [credential]:
        raise LastCredential
    ended_logins.revoke(
        RevokeCredential(person_id=member().subject_id, proof=fresh_proof(), credential_id=credential_id)
    )


def _over() -> Any:
    flash(_("The means of logging in is revoked. Nobody can log in with it any more."), DONE)
    return redirect(url_for("account.home"), 303)
