"""A provider ends sessions, server to server (OpenID Connect Back-Channel Logout 1.0, section 2.5 on)."""

from __future__ import annotations

import logging

from flask import Blueprint, jsonify, request
from redis import RedisError
from werkzeug.wrappers import Response

from gateway.access import anyone
from gateway.backends import ask
from gateway.ended_logins import ended_logins
from gateway.limits import caller
from gateway.limits.table import PROVIDER_LOGOUT
from gateway.limits.taking import take
from gateway.security import cross_site
from services.contracts.errors import LoginRefused, NotFound, ServiceUnavailable
from services.contracts.identity import LogoutByProvider

_log = logging.getLogger(__name__)
blueprint = Blueprint("provider_logout", __name__)


@blueprint.post("/login/<provider>/backchannel-logout")
@cross_site
@anyone
def log_out(provider: str) -> Response:
    """200 once the sessions are over, 400 for a token that ends none; 503 where it should be sent again."""
    take(PROVIDER_LOGOUT, whom=caller.network())
    try:
        ended = ask(LogoutByProvider(provider=provider, logout_token=request.form.get("logout_token", "")))
    except (LoginRefused, NotFound) as refused:
        return _refused(provider, refused)
    try:
        ended_logins().end(ended.session_keys, ended.proved_until.timestamp())
    except RedisError:
        raise ServiceUnavailable("sessions") from None
    return Response(status=200)


def _refused(provider: str, error: LoginRefused | NotFound) -> Response:
    _log.warning("log-out refused", extra={"reason": error.args[0], "provider": provider})
    response = jsonify(error="invalid_request", error_description=error.args[0])
    response.status_code = 400
    return response
