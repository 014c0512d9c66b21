"""Documents between browser and object store: streamed, checked, encrypted on the way."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.files import case_file, checks, export, from_room, previews, routes, spaces

PARTS = (checks, routes, previews, spaces, from_room, case_file, export)


def register(app: Flask) -> None:
    """Raises SettingsError where the object store, the scanner or the inspector is not configured."""
    for part in PARTS:
        part.register(app)
