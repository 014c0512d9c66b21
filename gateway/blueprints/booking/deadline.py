"""The time that a hold leaves: more of it once, and nothing that was typed is lost when it is over."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _

from gateway.access import anyone
from gateway.backends import now
from gateway.blueprints.booking import holding, person
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import BY_NAME, go_on, guarded, may_open
from gateway.errors import sentence_of
from gateway.i18n import clock_time
from services.contracts.errors import HoldExpired, HoldRenewedOften


@blueprint.post("/renew")
@anyone
@guarded("person", needs_slot=False)
def renew(draft: Draft) -> Any:
    """Ten minutes more, from whichever step it was asked; then back to it, with what was typed there."""
    step = _keep(draft)
    try:
        holding.renew(draft)
    except HoldRenewedOften as refusal:
        flash(sentence_of(refusal))
    except HoldExpired:
        draft.end_hold(now())
    else:
        _say_until_when(draft)
    draft.save()
    return _back_to(step, draft)


@blueprint.post("/keep")
@anyone
@guarded("person", needs_slot=False)
def keep(draft: Draft) -> Any:
    """Keep a form that is not finished: its reader changes the language, or its time is over."""
    return _back_to(_keep(draft), draft)


def _keep(draft: Draft) -> str:
    step = request.form.get("step", "")
    person.keep_typed(draft, step)
    return step


def _say_until_when(draft: Draft) -> None:
    if draft.held is not None:
        flash(_("Your time is now reserved until %(time)s.", time=clock_time(draft.held.held_until)))


def _back_to(step: str, draft: Draft) -> Any:
    """To the page from which it was asked, where that can still be filled in."""
    known = step in BY_NAME and may_open(draft, step)
    return redirect(BY_NAME[step].path, 303) if known else go_on(draft)
