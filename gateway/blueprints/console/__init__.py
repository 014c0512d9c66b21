"""The agent console: days and weeks, appointments, rooms, callers, calendars, accounts, machines."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.console import (
    appointment,
    calendars,
    displaced,
    machines,
    persons,
    phone,
    room,
    search,
    space_limits,
    today,
    week,
)

_PARTS = (
    *(today, week, search, appointment, phone, displaced),
    *(calendars, persons, space_limits, machines, room),
)


def register(app: Flask) -> None:
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
