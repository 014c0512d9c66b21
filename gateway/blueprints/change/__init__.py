"""Moving and cancelling an appointment: by its link, in a space, at the agents' desk.

A GET shows and asks, only the POST acts, and a second click finds what the
first one did.
"""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.change import company, desk, link, space


def register(app: Flask) -> None:
    for blueprint in (link.blueprint, space.blueprint, company.blueprint, desk.blueprint):
        app.register_blueprint(blueprint)
