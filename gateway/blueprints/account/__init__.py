"""A citizen's account: registration, credentials, sessions; and the sessions of staff."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.account import (
    leaving,
    linking,
    overview,
    registration,
    revoking,
    rights,
    sessions,
    step_up,
)
from gateway.blueprints.account.blueprint import blueprint

__all__ = [
    "leaving",
    "linking",
    "overview",
    "register",
    "registration",
    "revoking",
    "rights",
    "sessions",
    "step_up",
]


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(sessions.console)
