"""The page of who is outside again, and did not press "log out" alone."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from gateway.access import anyone

_OUT = _l("You are logged out.")
_WHY: dict[str, Any] = {
    "here": _OUT,
    "everywhere": _l("Every session that was open in your name is ended, on this device and on all others."),
    "revoked": _l("The means of logging in is revoked. Log in with another one of yours."),
    "leaving": _l(
        "Your account is going to be erased. Until then you can log in and stay after all; a mail says until "
        "when."
    ),
    "gone": _l("This account has been erased. Log in again to begin anew."),
    "joined": _l("Your means of logging in opens another account of yours now. Log in again."),
}
"""By the word in the address."""


@anyone
def ended() -> str:
    audience = "staff" if request.args.get("audience") == "staff" else "citizen"
    why = _WHY.get(request.args.get("why", ""), _OUT)
    return render_template("login/ended.html", audience=audience, why=why)
