"""The two addresses at which a machine client gets a token and gives it back."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask.wrappers import Response
from pydantic import BaseModel

from gateway.access import anyone
from gateway.blueprints.api.oauth.models import OAuthProblem, RevokeIn, TokenIn, TokenOut
from gateway.blueprints.api.oauth.server import MachineServer
from gateway.blueprints.api.parts import ACCESS, blueprint, phrase
from gateway.limits import caller
from gateway.limits.table import TOKEN
from gateway.limits.taking import take

_OAUTH: dict[str, Any] = {"application/json": {"schema": OAuthProblem.model_json_schema()}}
_REFUSALS: dict[Any, Any] = {
    400: {"description": phrase(400), "content": _OAUTH},
    401: {"description": phrase(401), "content": _OAUTH},
}


def _form_of(model: type[BaseModel]) -> dict[str, Any]:
    """The request body for the OpenAPI document."""
    form = {"schema": model.model_json_schema()}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": form}}}


@blueprint.post(
    "/token",
    tags=[ACCESS],
    summary="Get a token",
    responses={200: TokenOut, **_REFUSALS},
    openapi_extensions=_form_of(TokenIn),
    operation_id="issueToken",
)
@anyone
def issue_token() -> Response:
    """Prove who you are with HTTP Basic, with the two fields of the form, or with a signed assertion.

    There are no refresh tokens: ask for the next one a little before this one is over.
    """
    take(TOKEN, whom=caller.network())
    return _server().give()


@blueprint.post(
    "/revoke",
    tags=[ACCESS],
    summary="Give a token back",
    responses={200: {"description": "Gone, or never there."}, **_REFUSALS},
    openapi_extensions=_form_of(RevokeIn),
    operation_id="revokeToken",
)
@anyone
def revoke_token() -> Response:
    """End a token of yours before its time (RFC 7009); it may be good for five more seconds."""
    take(TOKEN, whom=caller.network())
    return _server().revoke()


def _server() -> MachineServer:
    found: MachineServer = current_app.extensions["authorization_server"]
    return found
