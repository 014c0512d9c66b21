"""`/account`: who I am, what opens my account, and where I am logged in."""

from __future__ import annotations

from flask import render_template

from gateway.access import citizen_required
from gateway.blueprints.account.blueprint import account_now, blueprint, member
from gateway.own_sessions import own_sessions


@blueprint.get("")
@citizen_required
def home() -> str:
    account = account_now()
    current = [one for one in account.credentials if one.state != "revoked"]
    return render_template(
        "account/home.html",
        account=account,
        who=member(),
        current=current,
        revoked=[one for one in account.credentials if one.state == "revoked"],
        may_revoke=sum(one.state == "registered" for one in current) > 1,
        own=own_sessions("citizen"),
    )
