"""My spaces: the overview, professional spaces with their members, invitations to them."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.spaces import (
    document,
    invitation,
    members,
    one,
    overview,
    procedures,
    shelf,
    sources,
)
from gateway.blueprints.spaces.blueprint import blueprint

PARTS = (overview, one, members, invitation, procedures, shelf, document, sources)
"""They bring the pages to the blueprint."""


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
