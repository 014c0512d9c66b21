"""What was deleted, proved: to the citizen on his page, and the keys to whoever verifies it."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.deletion import pages


def register(app: Flask) -> None:
    app.register_blueprint(pages.blueprint)
