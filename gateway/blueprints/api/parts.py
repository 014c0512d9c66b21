"""What the routes of the service API are made of."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, TypeVar

from flask import jsonify
from flask.wrappers import Response
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from gateway.blueprints.api.models import Reply

PREFIX = "/api/v1"
ModelT = TypeVar("ModelT", bound=Reply)

_PROBLEM: dict[str, Any] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def problems(*statuses: int) -> dict[Any, Any]:
    """The responses of a route that are errors."""
    return {str(status): {"description": phrase(status), "content": _PROBLEM} for status in statuses}


def phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def needs(*scopes: str) -> list[dict[str, list[str]]]:
    """What a route says of the scopes that it asks for."""
    return [{"client": list(scopes)}]


def reply(model: type[ModelT], answered: object) -> Response:
    """What was answered, as far as the model shows it."""
    shown: BaseModel = model.model_validate(answered)
    return jsonify(shown.model_dump(mode="json"))


blueprint = APIBlueprint("api", __name__, url_prefix=PREFIX, abp_responses=problems(422, 429, 503, 504))
REFUSED = problems(401, 403)
