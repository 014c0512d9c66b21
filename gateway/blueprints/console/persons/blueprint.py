"""The blueprint that the pages of persons share."""

from __future__ import annotations

from flask import Blueprint

from gateway.blueprints.console import desk

blueprint = Blueprint("console_persons", __name__, url_prefix="/console/persons")
blueprint.context_processor(desk.context)
