"""The challenge: a page on which the browser computes for a moment, then sends the same form again.

Whatever was typed stands in the form, hidden.  A script cannot be shown a page: it is told when to come
again, like everybody who has nothing to work with.
"""

from __future__ import annotations

from flask import Flask, json, render_template, request
from flask.wrappers import Response

from gateway.error_pages import answer_error, wants_json
from gateway.errors import duration
from gateway.limits.challenge import TRIES
from gateway.limits.taking import PROOF, ChallengeNeeded, challenges, occasion
from services.contracts.errors import ChallengeFailed, TooManyRequests

NOT_REPEATED = frozenset({"csrf_token", PROOF})
"""Fields that belong to one sending of a form."""


def init_app(app: Flask) -> None:
    app.register_error_handler(ChallengeNeeded, _show)


def repeated_fields(*left_out: str) -> list[tuple[str, str]]:
    """What the request's form says, to be sent again; without the fields that are `left_out`."""
    without = NOT_REPEATED | set(left_out)
    return [(name, text) for name, text in request.form.items(multi=True) if name not in without]


def _show(needed: ChallengeNeeded) -> Response:
    if wants_json():
        return answer_error(ChallengeFailed() if needed.failed else TooManyRequests(str(needed.seconds)))
    page = render_template(
        "challenge.html",
        action=request.full_path.rstrip("?"),
        fields=repeated_fields(),
        proof=PROOF,
        challenge=json.dumps(challenges().make(occasion(), needed.level)),
        tries=TRIES * needed.level,
        failed=needed.failed,
        by_mail=needed.limit.by_mail,
        wait=duration(max(1, needed.seconds)),
    )
    response = Response(page, 429, mimetype="text/html")
    response.headers["Retry-After"] = str(max(1, needed.seconds))
    return response
