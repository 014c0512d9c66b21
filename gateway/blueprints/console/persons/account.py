"""`/console/persons/<id>/`: a person's means of logging in, and their history in words."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_babel import gettext as _

from gateway import words
from gateway.backends import ask
from gateway.blueprints.console import desk, history
from gateway.blueprints.console.persons import telling
from gateway.blueprints.console.persons.blueprint import blueprint
from services.contracts.credentials import Account, Credential, GetAccount, Step
from services.contracts.errors import NotFound

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """One step of the trail, in words."""

    at: datetime
    what: str
    of: str
    """Which means of logging in; empty where none."""
    who: str
    reason: str
    channel: str
    place: str
    """The same for the same network address on one day; empty where none is known."""


@blueprint.get("/<person_id>/")
@desk.helps
def show(person_id: str) -> str:
    """Opening it changes nothing; the log keeps who has, so that it can be asked why.

    Errors: NotFound(person).
    """
    account = ask(GetAccount(person_id=person_id))
    _log.info("account opened", extra={"staff_id": desk.member().subject_id, "person_id": account.person_id})
    notices = history.notices(credential.credential_id for credential in account.credentials)
    return render_template(
        "console/persons/account.html",
        account=account,
        trail=trail(account),
        deliveries=notices,
        telling=telling,
    )


def credential_of(account: Account, credential_id: str) -> Credential:
    """Errors: NotFound(credential)."""
    found = [c for c in account.credentials if c.credential_id == credential_id]
    if not found:
        raise NotFound("credential")
    return found[0]


def trail(account: Account) -> list[Told]:
    """Who did what, the latest first."""
    names = _names(step.actor for step in account.trail)
    means = {c.credential_id: telling.short(c) for c in account.credentials}
    return [_told(step, names[step.actor], means) for step in reversed(account.trail)]


def _told(step: Step, who: str, means: dict[str, str]) -> Told:
    channel, _colon, place = step.origin.partition(":")
    of = means.get(step.credential_id, "")
    return Told(step.at, telling.step(step.what), of, who, step.reason, words.channel(channel), place)


def _names(actors: Iterable[str]) -> dict[str, str]:
    """The person himself, members of staff by their names."""
    actors = set(actors)
    staff = {actor: actor.partition(":")[2] for actor in actors if actor.startswith("staff:")}
    known = history.names_of(staff.values())
    return {actor: known[staff[actor]] if actor in staff else _("the person") for actor in actors}
