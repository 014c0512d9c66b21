"""`/spaces/<id>/procedures`: what somebody does in a space, from the draft to what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway import words
from gateway.access import registered_required
from gateway.backends import ask, now
from gateway.blueprints.booking import keeping, kept
from gateway.blueprints.booking.draft import load
from gateway.blueprints.booking.steps import BY_NAME, go_on
from gateway.blueprints.spaces.blueprint import DONE, actor, blueprint, handle, space_to
from gateway.errors import sentence_of
from services.contracts.booking import Appointment, ListAppointmentsOfPerson, ListAppointmentsOfSpace
from services.contracts.errors import NotFound, ProcedureOver, StaleVersion
from services.contracts.procedures import (
    CANCELLED,
    DISCARDED,
    DRAFT,
    DiscardDraft,
    GetProcedure,
    ListProcedures,
    Procedure,
)
from services.contracts.space_access import PRIVATE, SpaceCard

_PATH = "/<space_id>/procedures"
_ONE = f"{_PATH}/<procedure_id>"


@dataclass(frozen=True)
class Past:
    """One line about what is over."""

    starts_at: datetime | None
    about: str
    """A subject's code."""
    state: str
    """In the reader's language."""


@blueprint.context_processor
def _procedure_words() -> dict[str, Any]:
    return {"step_title": step_title, "is_current": is_current}


@blueprint.get(_PATH)
@registered_required
def procedures(space_id: str) -> Any:
    space = space_to(space_id, "procedures:read")
    found = ask(ListProcedures(actor=actor(), space_id=space.space_id)).procedures
    appointments = _appointments(space)
    booked = {one.procedure_id for one in appointments}
    return render_template(
        "spaces/procedures.html",
        space=space,
        drafts=[one for one in found if one.state == DRAFT and one.procedure_id not in booked],
        ahead=sorted((one for one in appointments if is_current(one)), key=lambda one: one.starts_at),
        past=_past(found, appointments),
    )


@blueprint.get(_ONE)
@registered_required
def procedure(space_id: str, procedure_id: str) -> Any:
    """One of them: a draft to go on with, or its appointment.  Errors: NotFound(space | procedure)."""
    space = space_to(space_id, "procedures:read")
    found = _procedure(space, procedure_id)
    appointment = next((one for one in _appointments(space) if one.procedure_id == procedure_id), None)
    if found.state == DISCARDED and appointment is None:
        raise NotFound("procedure")
    state = words.state(appointment.state) if appointment else _ended(found)
    return render_template(
        "spaces/procedure.html", space=space, found=found, appointment=appointment, state=state
    )


@blueprint.post(f"{_ONE}/resume")
@registered_required
def resume(space_id: str, procedure_id: str) -> Any:
    """Go on with a draft, at the first step that is not done; a time has to be chosen again."""
    space = space_to(space_id, "book")
    found = _procedure(space, procedure_id)
    if found.state != DRAFT:
        return redirect(url_for("spaces.procedure", space_id=handle(space), procedure_id=procedure_id), 303)
    draft = load()
    if not kept.is_as_read(draft, found):
        draft = keeping.taken_up(keeping.begin(space), found)
    return go_on(draft)


@blueprint.get(f"{_ONE}/discard")
@registered_required
def discard(space_id: str, procedure_id: str) -> Any:
    """What it means."""
    space = space_to(space_id, "procedures:write")
    found = _procedure(space, procedure_id)
    if found.state != DRAFT:
        return redirect(url_for("spaces.procedures", space_id=handle(space)), 303)
    return render_template("spaces/discard.html", space=space, found=found)


@blueprint.post(f"{_ONE}/discard")
@registered_required
def discard_now(space_id: str, procedure_id: str) -> Any:
    """The second click finds it done."""
    space = space_to(space_id, "procedures:write")
    try:
        ask(DiscardDraft(actor=actor(), space_id=space.space_id, procedure_id=procedure_id))
    except (ProcedureOver, StaleVersion) as refusal:
        flash(sentence_of(refusal), "message")
    else:
        flash(_("The draft is discarded, with all that was entered in it."), DONE)
    return redirect(url_for("spaces.procedures", space_id=handle(space)), 303)


@blueprint.post("/<space_id>/book")
@registered_required
def book(space_id: str) -> Any:
    """Begin a booking in this space: for its company, or for oneself."""
    return go_on(keeping.begin(space_to(space_id, "book")))


def step_title(name: str) -> str:
    """What the page is called where a draft goes on."""
    return str(BY_NAME[name].title) if name in BY_NAME else ""


def is_current(appointment: Appointment) -> bool:
    """Ahead or going on: who has come may come back until it is ended, however late that is."""
    if appointment.state == "booked":
        return appointment.ends_at > now()
    return appointment.state in ("arrived", "in_call")


def _appointments(space: SpaceCard) -> tuple[Appointment, ...]:
    """Those of the space, the latest first; what a person books for a company is that company's."""
    if space.kind != PRIVATE:
        return ask(ListAppointmentsOfSpace(space_id=space.space_id)).appointments
    mine = ask(ListAppointmentsOfPerson(person_id=space.space_id)).appointments
    return tuple(one for one in mine if not one.space_id)


def _past(found: tuple[Procedure, ...], appointments: tuple[Appointment, ...]) -> list[Past]:
    """The latest first; `booking` forgets appointments long before their space does."""
    known = {one.appointment_id for one in appointments}
    lines = [
        Past(one.starts_at, one.subject, words.state(one.state))
        for one in appointments
        if not is_current(one)
    ]
    lines += [
        Past(one.starts_at, one.about, _ended(one))
        for one in found
        if one.state not in (DRAFT, DISCARDED) and one.appointment_id not in known and _is_over(one)
    ]
    return sorted(lines, key=lambda one: (one.starts_at is not None, one.starts_at), reverse=True)


def _ended(one: Procedure) -> str:
    """How it ended, as far as its space knows."""
    return words.state("cancelled") if one.state == CANCELLED else _("over")


def _is_over(one: Procedure) -> bool:
    return one.starts_at is not None and one.starts_at < now()


def _procedure(space: SpaceCard, procedure_id: str) -> Procedure:
    """Errors: NotFound(procedure)."""
    return ask(GetProcedure(actor=actor(), space_id=space.space_id, procedure_id=procedure_id))
