"""The service API, `/api/v1`: for machine clients, with tokens instead of sessions."""

from __future__ import annotations

from flask import Flask
from flask.wrappers import Response
from pydantic import ValidationError

from gateway import security
from gateway.blueprints.api.access import add_challenge
from gateway.blueprints.api.document import blueprint
from gateway.blueprints.api.oauth import well_known
from gateway.blueprints.api.oauth.server import MachineServer
from gateway.blueprints.api.tokens import KnownTokens
from services.contracts.errors import InvalidField

_RULES = {"missing": "missing", "extra_forbidden": "unknown", "literal_error": "choice"}


def register(app: Flask) -> None:
    """No cookie is read here, so no form token is asked for."""
    security.csrf.exempt(blueprint)
    app.validation_error_callback = _refuse  # type: ignore[attr-defined]
    app.extensions["known_tokens"] = KnownTokens()
    app.extensions["authorization_server"] = MachineServer()
    app.register_blueprint(blueprint)
    app.register_blueprint(well_known)
    app.after_request_funcs.setdefault(blueprint.name, []).append(add_challenge)


def _refuse(error: ValidationError) -> Response:
    """The first fault as the platform's own error: it ends in the one error table."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(map(str, fault["loc"])) or "body"
    raise InvalidField(field, _rule(fault["type"])) from None


def _rule(kind: str) -> str:
    if kind.endswith("too_long"):
        return "too_long"
    if kind.startswith(("greater_than", "less_than")):
        return "range"
    return _RULES.get(kind) or ("type" if kind.endswith("_type") else "format")
