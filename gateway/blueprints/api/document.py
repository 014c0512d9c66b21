"""The OpenAPI 3.1 document, made from the routes and models that answer and validate."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import jsonify, render_template
from flask.wrappers import Response
from flask_openapi3.models.info import Info
from flask_openapi3.models.server import Server
from flask_openapi3.openapi import OpenAPI

from gateway.access import anyone
from gateway.blueprints.api import calendars, oauth, views
from gateway.blueprints.api.models import Problem
from gateway.blueprints.api.parts import PREFIX, blueprint

__all__ = ["blueprint", "calendars", "document", "views"]

_SCOPES = {
    "slots:read": "See subjects, days and slots.",
    "appointments:read": "See appointments and the persons in them.",
    "appointments:write": "Book, move and cancel.",
    "calendars:read": "See calendars, agents and absences, and what a change would hurt.",
    "calendars:write": "Change calendars, agents, absences, kinds and subjects.",
}
_SECURITY: dict[str, Any] = {
    "client": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": f"{PREFIX}/token", "scopes": _SCOPES}},
    }
}


@cache
def document() -> dict[str, Any]:
    """Made once; it does not depend on who asks."""
    maker = OpenAPI(
        __name__,
        info=Info(
            title="CNS video consultation: service API",
            version="1",
            description="For back-office systems. Instants are ISO 8601 with an offset; errors are "
            "`application/problem+json` (RFC 9457). A request that changes something may be repeated.",
        ),
        servers=[Server(url="/")],
        security_schemes=_SECURITY,
        validation_error_model=Problem,
        doc_ui=False,
    )
    maker.register_api(blueprint)
    maker.register_api(oauth.well_known)
    return _tidied(maker.api_doc)


@blueprint.get("/openapi.json", doc_ui=False)
@anyone
def describe() -> Response:
    return jsonify(document())


@blueprint.get("/", doc_ui=False)
@anyone
def read_description() -> str:
    return render_template("api/document.html", document=document())


def _tidied(made: dict[str, Any]) -> dict[str, Any]:
    """Shared models only once, as components; paragraphs as in the docstrings."""
    for schema in made["components"]["schemas"].values():
        schema.pop("$defs", None)
    for path in made["paths"].values():
        for operation in path.values():
            operation["description"] = operation.get("description", "").replace("<br/>", "\n")
    return made
