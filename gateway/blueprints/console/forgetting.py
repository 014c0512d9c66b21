"""`/console/forgetting/`: whether all that is due is destroyed, and whether the stores agree."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.backends import ask
from gateway.blueprints.console import desk
from services.contracts.deletion import MOST_DUE, ShowForgetting

blueprint = Blueprint("console_forgetting", __name__, url_prefix="/console/forgetting")
blueprint.context_processor(desk.context)


@blueprint.get("/")
@desk.operates
def overview() -> str:
    return render_template("console/forgetting.html", state=ask(ShowForgetting()), most=MOST_DUE)
