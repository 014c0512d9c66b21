"""The agent console: days and weeks, appointments, rooms, callers, calendars, accounts, machines."""

from __future__ import annotations

from flask import Flask

from gateway.blueprints.console import (
    appointment,
    calendars,
    comparing,
    deletions,
    displaced,
    fleet,
    forgetting,
    guests,
    keeping,
    machines,
    persons,
    phone,
    queue,
    room,
    search,
    space_limits,
    today,
    week,
)

_PARTS = (
    *(today, week, search, appointment, phone, displaced),
    *(calendars, persons, space_limits, machines, fleet, forgetting, deletions),
    *(room, keeping, queue, guests, comparing),
)


def register(app: Flask) -> None:
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
