"""`/console/displaced`: appointments that nobody can keep; who has not chosen anew is called."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.backends import ask
from gateway.blueprints.console import desk
from services.contracts.calendars import ListDisplaced

blueprint = Blueprint("console_displaced", __name__, url_prefix="/console/displaced")
blueprint.context_processor(desk.context)


@blueprint.get("/")
@desk.at_the_desk
def displaced() -> str:
    return render_template("console/displaced.html", appointments=ask(ListDisplaced()).appointments)
