"""The words for machine clients: what they may do, how they get in, what happened to them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from services.contracts.machines import MachineStep

SCOPES: dict[str, Any] = {
    "slots:read": _l("See subjects, days and free times"),
    "appointments:read": _l("See appointments, with the data of the persons in them"),
    "appointments:write": _l("Book, move and cancel appointments"),
    "calendars:read": _l("See calendars, agents and absences"),
    "calendars:write": _l("Change calendars, agents, absences, kinds and subjects"),
}
METHODS: dict[str, Any] = {
    "client_secret": _l("a secret that we make"),
    "private_key_jwt": _l("a key of its own"),
}
STEPS: dict[str, Any] = {
    "registered": _l("registered"),
    "described": _l("name or contact changed"),
    "scopes_changed": _l("rights changed"),
    "key_added": _l("new key"),
    "key_removed": _l("key removed"),
    "disabled": _l("disabled"),
    "enabled": _l("enabled"),
    "seeded": _l("set up as a demonstration"),
}


def scope(code: str) -> str:
    return str(SCOPES.get(code, code))


def method(code: str) -> str:
    return str(METHODS.get(code, code))


def step(what: str) -> str:
    return str(STEPS.get(what, what))


def detail(step: MachineStep) -> list[str]:
    """Rights in words; a key by its name."""
    return [scope(part) for part in step.detail.split()]
