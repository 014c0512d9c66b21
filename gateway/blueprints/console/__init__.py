"""The agent console: today's appointments, who waits, and the room of each."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.console import room, today


def register(app: Flask) -> None:
    for blueprint in (today.blueprint, room.blueprint):
        app.register_blueprint(blueprint)
