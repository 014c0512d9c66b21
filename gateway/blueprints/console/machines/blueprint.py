"""The blueprint that the pages of machine clients share."""

from __future__ import annotations

from flask import Blueprint

from gateway.blueprints.console import desk
from gateway.blueprints.console.machines import telling

blueprint = Blueprint("console_machines", __name__, url_prefix="/console/machines")
blueprint.context_processor(desk.context)
blueprint.context_processor(lambda: {"telling": telling})
