"""The start page: what a video consultation is, and what it is not for."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from gateway.access import anyone

blueprint = Blueprint("start", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/")
@anyone
def index() -> str:
    return render_template("start/index.html")
