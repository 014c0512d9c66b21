"""A draft goes on later, or elsewhere: it is kept after each step; and what happens when two devices meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.access import anyone
from gateway.blueprints.booking import company, holding, kept, person
from gateway.blueprints.booking import draft as drafts
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft, load
from gateway.blueprints.booking.kept import Kept
from gateway.blueprints.booking.steps import BY_NAME, go_on, may_open
from gateway.errors import sentence_of
from services.contracts.errors import NotAllowed, NotFound, ProcedureOver, StaleVersion, TooManyDrafts
from services.contracts.procedures import DISCARDED, DRAFT, MOST_DRAFTS, Procedure
from services.contracts.space_access import PROFESSIONAL, SpaceCard

_DONE = "done"
_OWN_PAGES = ("booking.other_device", "booking.choose_state", "booking.later")
"""They see to it themselves."""


@blueprint.context_processor
def _shown() -> dict[str, Any]:
    """What a page of a step says about it."""
    draft = load()
    return {"kept": kept.of(draft) if kept.can_be(draft) else None}


@blueprint.after_request
def keep_each_step(response: Response) -> Response:
    """Save what was entered; whoever finds that another device was here is told first."""
    draft = load()
    if not _is_looked_at() or response.status_code >= 500 or not kept.can_be(draft):
        return response
    return _save(draft) or response


@blueprint.post("/later")
@anyone
def later() -> Any:
    """Keep what stands in the form too, give the held time back, and leave for the space."""
    draft, step = load(), request.form.get("step", "")
    person.keep_typed(draft, step)
    if not kept.can_be(draft):
        return go_on(draft)
    if elsewhere := _save(draft):
        return elsewhere
    if not kept.is_safe(draft):
        flash(_why_not(draft), "message")
        return redirect(BY_NAME[step].path, 303) if _is_open(draft, step) else go_on(draft)
    flash(_("Your entries are kept here. You can go on at any time, on another device too."), _DONE)
    return leave(draft)


@blueprint.get("/other-device")
@anyone
def other_device() -> Any:
    """Which of two states shall count: the newer one, or what was entered here."""
    draft = load()
    remembered = kept.of(draft) if kept.can_be(draft) else None
    if remembered is None:
        return go_on(draft)
    found = _found(draft, remembered)
    if found is not None and found.state not in (DRAFT, DISCARDED):
        return _to_appointment(draft, remembered)
    if found is not None and kept.is_as_read(draft, found):
        return go_on(draft)
    is_gone = found is None or found.state == DISCARDED
    return render_template("booking/other_device.html", found=found, is_gone=is_gone, draft=draft)


@blueprint.post("/other-device")
@anyone
def choose_state() -> Any:
    draft, choice = load(), request.form.get("choice", "")
    remembered = kept.of(draft) if kept.can_be(draft) else None
    if remembered is None:
        return go_on(draft)
    found = _found(draft, remembered)
    is_draft = found is not None and found.state == DRAFT
    if choice == "newer" and found is not None and is_draft:
        return go_on(taken_up(_anew(draft), found))
    if choice == "stop":
        return leave(draft)
    if choice == "mine":
        kept.put_over(remembered, found if is_draft else None)
        return _save(draft) or go_on(draft)
    return redirect(url_for("booking.other_device"), 303)


def begin(space: SpaceCard) -> Draft:
    """A new journey in a space; what was held for an earlier one goes back, what it says is kept."""
    if space.kind == PROFESSIONAL:
        return company.begin(space)
    holding.release(load())
    draft = Draft(way="with")
    draft.save()
    return draft


def taken_up(draft: Draft, found: Procedure) -> Draft:
    """A new draft with what a space has kept."""
    kept.take_up(draft, found)
    return draft


def leave(draft: Draft) -> Response:
    """The session has no draft any more; its space shows what there is."""
    back = url_for("spaces.procedures", space_id=kept.handle(draft))
    _drop(draft)
    return redirect(back, 303)


def booked_elsewhere(draft: Draft) -> Any:
    """Another device or member has booked it: there is one appointment, and this is it."""
    remembered = kept.of(draft)
    if remembered is None:
        return leave(draft)
    return _to_appointment(draft, remembered)


def _is_looked_at() -> bool:
    """Each form, and the way back into the path: that is where it is seen what became of it meanwhile."""
    if request.method == "POST":
        return request.endpoint not in _OWN_PAGES
    return request.endpoint == "booking.start"


def _save(draft: Draft) -> Response | None:
    """Where to look first, where another device or member was here meanwhile."""
    try:
        kept.keep(draft)
    except ProcedureOver as over:
        return redirect(url_for("booking.other_device"), 303) if over.args[0] == DISCARDED else _over(draft)
    except StaleVersion:
        return redirect(url_for("booking.other_device"), 303)
    return None


def _over(draft: Draft) -> Response:
    answer: Response = booked_elsewhere(draft)
    return answer


def _to_appointment(draft: Draft, remembered: Kept) -> Response:
    flash(_booked_already(draft), "message")
    _drop(draft)
    address = url_for("spaces.procedure", space_id=kept.handle(draft), procedure_id=remembered.procedure_id)
    return redirect(address, 303)


def _booked_already(draft: Draft) -> str:
    if draft.space_id:
        return str(
            _("This was booked already, on another device or by another member. Nothing was booked twice.")
        )
    return str(_("This was booked already, on another device. Nothing was booked twice."))


def _anew(draft: Draft) -> Draft:
    """An empty draft for the same company; the time that was held goes back."""
    holding.release(draft)
    return replace(
        Draft(way="with"),
        space_id=draft.space_id,
        company_name=draft.company_name,
        company_id=draft.company_id,
    )


def _drop(draft: Draft) -> None:
    holding.release(draft)
    drafts.drop()
    kept.forget()


def _found(draft: Draft, remembered: Kept) -> Procedure | None:
    """None where it is gone, or nobody's who asks any more."""
    try:
        return kept.read(draft, remembered)
    except (NotFound, NotAllowed):
        return None


def _is_open(draft: Draft, step: str) -> bool:
    return step in BY_NAME and may_open(draft, step)


def _why_not(draft: Draft) -> str:
    remembered = kept.of(draft)
    if remembered is not None and remembered.trouble == kept.TOO_MANY:
        return sentence_of(TooManyDrafts(str(MOST_DRAFTS)))
    return str(
        _("Your entries could not be kept in your space just now. Go on here, or try again in a moment.")
    )
