"""What a change would hurt, and the click that makes it.

The change waits in the session, its preview is asked for anew each time the page is shown, and only
what was shown is applied.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from gateway import words
from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.calendars.blueprint import blueprint
from gateway.errors import sentence_of
from services.chassis.codec import from_wire, to_wire
from services.chassis.ids import new_id
from services.contracts.calendars import (
    Applied,
    ApplyChange,
    Catalogue,
    Change,
    GetCatalogue,
    Impact,
    PreviewChange,
)
from services.contracts.errors import ChangeTooLarge, ImpactChanged, NotFound, StaleVersion

_PENDING = "calendar_change"
_MAX_DIGEST = 128


def begin(change: Change) -> Any:
    """Look at a change; the page that follows shows what it would do.

    Errors: InvalidField, NotFound; nothing waits then.
    """
    try:
        ask(PreviewChange(change=change))
    except ChangeTooLarge as refusal:
        flash(sentence_of(refusal))
        return _to_overview()
    session[_PENDING] = {"change": to_wire(change), "key": new_id()}
    return _to_preview()


@blueprint.get("/preview")
@desk.plans
def preview() -> Any:
    """Each appointment that the change would hurt, and what would become of it."""
    pending = session.get(_PENDING)
    if pending is None:
        return _to_overview()
    change = from_wire(Change, pending["change"])
    try:
        impact = ask(PreviewChange(change=change))
    except (ChangeTooLarge, NotFound) as refusal:
        return _give_up(sentence_of(refusal))
    catalogue = ask(GetCatalogue())
    return render_template(
        "console/calendars/preview.html",
        key=pending["key"],
        impact=impact,
        subject=_subject(change, catalogue),
        absence=change.absence,
        names={agent.agent_id: agent.name for agent in catalogue.agents},
        taken_over=_remedied(impact, "reassign"),
        to_choose=_remedied(impact, "choice"),
    )


@blueprint.post("/apply")
@desk.plans
def apply() -> Any:
    """Make the change that was shown; a second click makes it no second time."""
    pending = session.get(_PENDING)
    if pending is None or request.form.get("key") != pending["key"]:
        return _to_overview()
    try:
        applied = ask(_application(from_wire(Change, pending["change"]), pending["key"]))
    except (ImpactChanged, StaleVersion) as refusal:
        flash(sentence_of(refusal))
        return _to_preview()
    except (ChangeTooLarge, NotFound) as refusal:
        return _give_up(sentence_of(refusal))
    return _give_up(_said(applied))


@blueprint.post("/drop")
@desk.plans
def drop() -> Any:
    """Not after all."""
    return _give_up(_("Nothing was changed."))


def _application(change: Change, key: str) -> ApplyChange:
    revision = request.form.get("revision", "")
    return ApplyChange(
        change=change,
        revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 16 else -1,
        impact_digest=request.form.get("digest", "")[:_MAX_DIGEST],
        actor=desk.member().subject_id,
        change_key=key,
    )


def _said(applied: Applied) -> str:
    if not (applied.reassigned or applied.displaced):
        return str(_("The change is made. No appointment is concerned."))
    return str(
        _(
            "The change is made. Taken over by colleagues: %(reassigned)s. Asked to choose: %(displaced)s.",
            reassigned=applied.reassigned,
            displaced=applied.displaced,
        )
    )


def _remedied(impact: Impact, remedy: str) -> int:
    return sum(hurt.remedy == remedy for hurt in impact.hurt)


def _subject(change: Change, catalogue: Catalogue) -> str:
    """Whom or what the change is about."""
    agents = {agent.agent_id: agent.name for agent in catalogue.agents}
    owner = {absence.absence_id: absence.agent_id for absence in catalogue.absences}
    if change.agent:
        return change.agent.name
    absent = change.absence.agent_id if change.absence else owner.get(change.end_absence, "")
    if change.calendar:
        return change.calendar.code
    named = change.kind or change.subject
    return words.named(named.names, named.code) if named else agents.get(absent, absent)


def _give_up(sentence: str) -> Any:
    session.pop(_PENDING, None)
    flash(sentence)
    return _to_overview()


def _to_overview() -> Any:
    return redirect(url_for("console_calendars.overview"), 303)


def _to_preview() -> Any:
    return redirect(url_for("console_calendars.preview"), 303)
