"""The agent console: days and weeks, one appointment, the room of each, bookings for callers, calendars."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.console import appointment, calendars, displaced, phone, room, search, today, week

_PARTS = (today, week, search, appointment, phone, displaced, calendars, room)


def register(app: Flask) -> None:
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
