"""Step 5: language of the call, day and time; choosing a time holds it."""

from __future__ import annotations

from typing import Any

from flask import request

from gateway import slots
from gateway.access import anyone
from gateway.backends import now
from gateway.blueprints.booking import holding, matter
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import go_on, guarded, page
from gateway.errors import problem_of, sentence_of
from gateway.i18n import language as reader_language
from gateway.i18n import local
from gateway.limits.table import HOLD
from gateway.limits.taking import limited
from services.chassis.ids import new_id
from services.contracts.errors import (
    PlatformError,
)
from services.contracts.subjects import Kind


@blueprint.get("/time")
@anyone
@guarded("time")
def time(draft: Draft) -> Any:
    return _show(draft, slots.wish_in(request.args))


@blueprint.post("/time")
@anyone
@limited(HOLD)
@guarded("time")
def choose_time(draft: Draft) -> Any:
    if refused := holding.take_chosen(draft, request.form):
        return _show(draft, *refused)
    holding.open_room(draft)
    return go_on(draft)


def _show(draft: Draft, wish: slots.Wish, refusal: PlatformError | None = None) -> Any:
    kind = matter.chosen_kind(draft)
    if kind is None:
        return matter.choose_again(draft)
    lapsed = draft.held is not None and not draft.held.lasts_at(now())
    return page(
        "time",
        draft,
        problem_of(refusal).status if refusal else 200,
        offer=_offer(kind, wish, draft),
        refusal=sentence_of(refusal) if refusal else "",
        lapsed=lapsed and not refusal,
        page_key=new_id(),
    )


def _offer(kind: Kind, wish: slots.Wish, draft: Draft) -> slots.Offer:
    held_day = local(draft.held.starts_at).date() if draft.held else None
    return slots.offer(kind.code, kind.languages, wish, (draft.language, reader_language()), held_day)
