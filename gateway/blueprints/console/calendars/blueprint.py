"""The blueprint that the pages of calendars hang on."""

from __future__ import annotations

from flask import Blueprint

from gateway.blueprints.console import desk

blueprint = Blueprint("console_calendars", __name__, url_prefix="/console/calendars")
blueprint.context_processor(desk.context)
