"""The words for a means of logging in and for what happened to it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway import words
from services.contracts.credentials import Credential

STATES: dict[str, Any] = {
    "seen": _l("used, not registered"),
    "registered": _l("registered"),
    "revoked": _l("revoked"),
}
KINDS: dict[str, Any] = {"private": _l("private"), "pro": _l("professional")}
REVOKED_BY: dict[str, Any] = {"person": _l("by the person"), "helpdesk": _l("by the helpdesk")}
STEPS: dict[str, Any] = {
    "registered": _l("registered"),
    "linked": _l("added"),
    "revoked": _l("revoked"),
    "reinstated": _l("made valid again"),
    "address_changed": _l("e-mail address changed"),
    "person_joined": _l("joined with an account that was used before"),
    "exported": _l("all data downloaded"),
    "leaving": _l("asked to have the account erased"),
    "stayed": _l("stays after all"),
}


def state(credential: Credential) -> str:
    return str(STATES.get(credential.state, credential.state))


def kind(credential: Credential) -> str:
    return str(KINDS.get(credential.kind, credential.kind))


def revoked_by(credential: Credential) -> str:
    return str(REVOKED_BY.get(credential.revoked_by, credential.revoked_by))


def step(what: str) -> str:
    return str(STEPS.get(what, what))


def short(credential: Credential) -> str:
    """By which one means is told from the others: `LuxTrust, ends in 1234`."""
    means = words.METHODS.get(credential.method, credential.method)
    return str(_("%(means)s, ends in %(end)s", means=means, end=credential.number[-4:]))
