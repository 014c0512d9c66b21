"""What a log-in is for: to come in, to prove again who one is, or to add a further credential.

The way there and back is the same; what differs is what becomes of the answer, and where one who is
refused begins again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from gateway.blueprints.login import pending
from gateway.blueprints.login.pending import Answered
from gateway.principals import remember
from gateway.security import policy_for_form_to
from services.contracts.identity import LoginBegun


@dataclass(frozen=True)
class Purpose:
    """`arrive` makes something of an answer that was believed."""

    refused: Any
    """Heading of the page of a refusal."""
    begin_again: Callable[[str, str], str]
    """Where to try again, for an audience and the page where one wanted to go."""
    arrive: Callable[[Answered], None]


def _come_in(answered: Answered) -> None:
    remember(answered.principal, answered.arrival)


def _door(audience: str, back: str) -> str:
    return url_for("login.staff" if audience == "staff" else "login.choose", next=back or None)


LOG_IN = "log_in"
PURPOSES = {LOG_IN: Purpose(_l("You are not logged in"), _door, _come_in)}
"""By name; others add theirs."""


def depart(begun: LoginBegun, kept: dict[str, Any]) -> Response:
    """Send the browser to the provider, and keep what has begun.

    Kept are `provider`, `audience`, `next`, `purpose`, and whatever the purpose wants to know again; with
    `ends_with`, the keys of a log-in, no answer is taken once that one is over.
    """
    response = _leave(begun, kept["provider"])
    pending.begin(response, {"login_id": begun.login_id, **kept})
    return response


def _leave(begun: LoginBegun, provider: str) -> Response:
    """By a page: browsers hold a form's redirects against the policy of the page that it stands on.

    A plain redirect to another site would end there.
    """
    page = Response(render_template("login/leave.html", begun=begun, provider=provider), mimetype="text/html")
    if begun.form:
        page.headers["Content-Security-Policy"] = policy_for_form_to(begun.redirect_url)
    return page


def local_path(text: str) -> str:
    """`text` if it is a path of this site, else an empty string."""
    is_local = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if is_local else ""
