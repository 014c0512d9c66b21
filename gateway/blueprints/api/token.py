"""Tokens for machine clients: the client credentials grant (RFC 6749, section 4.4).

A token is made here; the bus carries digests of it and of the client's secret.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import jsonify, request
from flask.wrappers import Response
from pydantic import ValidationError

from gateway.backends import ask, now
from gateway.blueprints.api.access import digest
from gateway.blueprints.api.models import TokenIn, TokenOut
from gateway.limits import caller
from gateway.limits.table import TOKEN, TOKEN_CLIENT
from gateway.limits.taking import take
from services.contracts.errors import CredentialsRefused, NotAllowed
from services.contracts.identity import IssueToken

_TOKEN_BYTES = 32


def token_view() -> Response:
    """Answer with a token, or with an error of RFC 6749, section 5.2.  Errors: TooManyRequests."""
    take(TOKEN, whom=caller.network())
    try:
        wanted = TokenIn.model_validate(request.form.to_dict())
    except ValidationError as error:
        return _refused(400, _fault(error))
    try:
        return jsonify(_issue(wanted).model_dump())
    except CredentialsRefused:
        return _refused(401, "invalid_client")
    except NotAllowed:
        return _refused(400, "invalid_scope")


def request_body() -> dict[str, Any]:
    """The request body for the OpenAPI document."""
    form = {"schema": TokenIn.model_json_schema()}
    return {"required": True, "content": {"application/x-www-form-urlencoded": form}}


def _issue(wanted: TokenIn) -> TokenOut:
    client_id, secret = _credentials(wanted)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    issued = ask(
        IssueToken(
            client_id=client_id,
            secret_digest=digest(secret),
            token_digest=digest(token),
            scopes=tuple(wanted.scope.split()),
        )
    )
    take(TOKEN_CLIENT, whom=f"client:{client_id}")  # granted ones alone: nobody uses up another's
    return TokenOut(
        access_token=token,
        token_type="Bearer",  # noqa: S106 - the name of a token's type
        expires_in=max(0, int((issued.expires_at - now()).total_seconds())),
        scope=" ".join(issued.scopes),
    )


def _credentials(wanted: TokenIn) -> tuple[str, str]:
    """From HTTP Basic authentication, else from the form.  Errors: CredentialsRefused."""
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        wanted = wanted.model_copy(
            update={"client_id": basic.username or "", "client_secret": basic.password or ""}
        )
    if not wanted.client_id or not wanted.client_secret:
        raise CredentialsRefused
    return wanted.client_id, wanted.client_secret


def _fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    wrong_grant = fault["loc"] == ("grant_type",) and fault["type"] != "missing"
    return "unsupported_grant_type" if wrong_grant else "invalid_request"


def _refused(status: int, error: str) -> Response:
    response = jsonify(error=error)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="service API"'
    return response
