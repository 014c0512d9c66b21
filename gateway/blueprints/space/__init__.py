"""The private space: one's appointments, personal data for prefilling, their history, consents given."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.space import consents, data, home
from gateway.blueprints.space.blueprint import blueprint

PARTS = (home, data, consents)
"""They bring the pages to the blueprint."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
