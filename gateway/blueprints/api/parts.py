"""What the routes of the service API are made of."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, TypeVar

from flask import jsonify
from flask.wrappers import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from gateway.blueprints.api.models import Reply
from gateway.errors import PROBLEMS, type_named
from services.contracts import errors as e
from services.contracts.wire import Request

PREFIX = "/api/v1"
ModelT = TypeVar("ModelT", bound=Reply)

ACCESS = Tag(name="Access")
_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def problems(*kinds: type[e.PlatformError]) -> dict[Any, Any]:
    """The responses of a route that are errors: by status, each with the problem types that it stands for."""
    statuses: dict[int, list[str]] = {}
    for kind in dict.fromkeys(kinds):
        statuses.setdefault(PROBLEMS[kind].status, []).append(type_named(kind))
    return {str(status): _problem(status, types) for status, types in statuses.items()}


def refusals(*requests: type[Request[Any]]) -> dict[Any, Any]:
    """What a route may answer that asks these, besides what every route may."""
    asked = (kind for request in requests for kind in request.errors)
    return problems(e.CredentialsRefused, e.NotAllowed, e.InvalidField, *asked)


def _problem(status: int, types: list[str]) -> dict[str, Any]:
    named = {"properties": {"type": {"enum": types}}}
    described = f"{phrase(status)}: {', '.join(types)}"
    return {
        "description": described,
        "content": {"application/problem+json": {"schema": {"allOf": [_PROBLEM, named]}}},
    }


def phrase(status: int) -> str:
    return HTTPStatus(status).phrase


def needs(*scopes: str) -> list[dict[str, list[str]]]:
    """What a route says of the scopes that it asks for."""
    return [{"client": list(scopes)}]


def reply(model: type[ModelT], answered: object) -> Response:
    """What was answered, as far as the model shows it."""
    shown: BaseModel = model.model_validate(answered)
    return jsonify(shown.model_dump(mode="json"))


EVERYWHERE = problems(
    e.InvalidField, e.TooManyRequests, e.ServiceUnavailable, e.ServiceTimeout, e.InternalError
)
blueprint = APIBlueprint("api", __name__, url_prefix=PREFIX, abp_responses=EVERYWHERE)
