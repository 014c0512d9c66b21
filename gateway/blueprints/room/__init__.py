"""The citizen's appointment: countdown, waiting room, call, documents; and what both sides of a call ask."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.room import checks, company, exchange, pages, previews, sharing, wait


def register(app: Flask) -> None:
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(exchange.blueprint)
    app.register_blueprint(wait.blueprint)
    app.register_blueprint(checks.blueprint)
    app.register_blueprint(company.blueprint)
    app.register_blueprint(sharing.blueprint)
    app.register_blueprint(previews.blueprint)
