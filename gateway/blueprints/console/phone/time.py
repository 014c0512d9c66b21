"""Language, day and time; choosing a time holds it for the caller."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for

from gateway import slots
from gateway.backends import now, subjects
from gateway.blueprints.booking import holding
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.console import desk
from gateway.blueprints.console.phone.journey import CallDraft, blueprint, go_on, guarded, page
from gateway.blueprints.console.phone.person import keep_typed
from gateway.errors import problem_of, sentence_of
from gateway.i18n import language as reader_language
from gateway.i18n import local
from services.chassis.ids import new_id
from services.contracts.errors import (
    HoldExpired,
    HoldRenewedOften,
    PlatformError,
)
from services.contracts.subjects import Kind

_STEPS_WITH_FORM = ("person", "insured")


@blueprint.get("/time")
@desk.at_the_desk
@guarded("time")
def time(draft: CallDraft) -> Any:
    return _show(draft, slots.wish_in(request.args))


@blueprint.post("/time")
@desk.at_the_desk
@guarded("time")
def choose_time(draft: CallDraft) -> Any:
    if refused := holding.take_chosen(draft, request.form):
        return _show(draft, *refused)
    return go_on(draft)


@blueprint.post("/renew")
@desk.at_the_desk
@guarded("person", needs_slot=False)
def renew(draft: CallDraft) -> Any:
    """Ten minutes more, from whichever step it was asked; then back to it, with what was typed there."""
    step = request.form.get("step", "")
    keep_typed(draft, step)
    try:
        holding.renew(draft)
        draft.save()
    except (HoldExpired, HoldRenewedOften) as refusal:
        flash(sentence_of(refusal))
    return redirect(url_for(f"console_phone.{step}"), 303) if step in _STEPS_WITH_FORM else go_on(draft)


def _show(draft: Draft, wish: slots.Wish, refusal: PlatformError | None = None) -> Any:
    kind = _kind(draft)
    held_day = local(draft.held.starts_at).date() if draft.held else None
    lapsed = draft.held is not None and not draft.held.lasts_at(now())
    return page(
        "time",
        draft,
        problem_of(refusal).status if refusal else 200,
        offer=slots.offer(kind.code, kind.languages, wish, (draft.language, reader_language()), held_day),
        refusal=sentence_of(refusal) if refusal else "",
        lapsed=lapsed and not refusal,
        page_key=new_id(),
    )


def _kind(draft: Draft) -> Kind:
    return next(k for s in subjects() for k in s.kinds if (s.code, k.code) == (draft.subject, draft.kind))
