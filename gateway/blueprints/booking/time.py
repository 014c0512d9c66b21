"""Step 5: language of the call, day and time; choosing a time holds it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _

from gateway.access import anyone
from gateway.backends import ask, now
from gateway.blueprints.booking import holding, person
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import BY_NAME, go_on, guarded, page
from gateway.errors import problem_of, sentence_of
from gateway.i18n import language as reader_language
from gateway.i18n import local
from services.chassis.ids import new_id
from services.contracts.booking import FindFreeDays, FindFreeSlots, FreeDay, Kind, ListSubjects, Slot
from services.contracts.errors import (
    HoldExpired,
    HoldRenewedOften,
    InvalidField,
    PlatformError,
    SlotNotOffered,
    SlotPast,
    SlotTaken,
)

_DAYS_AHEAD = 42
_PARTS_BEGIN_AT = (5, 12, 18)
"""Hours at which morning, afternoon and evening begin."""
_REFUSED = (SlotTaken, SlotPast, SlotNotOffered, InvalidField)


@dataclass(frozen=True)
class Offer:
    """What the page shows: languages, days, and the times of the chosen day."""

    languages: tuple[str, ...]
    language: str
    days: tuple[FreeDay, ...]
    day: date | None
    slots: tuple[Slot, ...]

    def parts_of_day(self) -> list[tuple[str, list[Slot]]]:
        """The day's times in four parts, by the clocks in Luxembourg; parts without any are left out."""
        names = (_("Night"), _("Morning"), _("Afternoon"), _("Evening"))
        parts: list[list[Slot]] = [[] for _name in names]
        for slot in self.slots:
            parts[bisect(_PARTS_BEGIN_AT, local(slot.starts_at).hour)].append(slot)
        return [(name, slots) for name, slots in zip(names, parts, strict=True) if slots]


@blueprint.get("/time")
@anyone
@guarded("time")
def time(draft: Draft) -> Any:
    wish = request.args.get("language") or draft.language
    return _show(draft, wish, _day(request.args.get("day", "")))


@blueprint.post("/time")
@anyone
@guarded("time")
def choose_time(draft: Draft) -> Any:
    language = request.form.get("language", "")
    starts_at = _instant(request.form.get("starts_at", ""))
    if starts_at is None:
        return _show(draft, language, None, SlotNotOffered())
    try:
        holding.take(draft, language, starts_at, request.form.get("page_key", "")[:64])
    except _REFUSED as refusal:
        return _show(draft, language, local(starts_at).date(), refusal)
    draft.save()
    holding.open_room(draft)
    return go_on(draft)


@blueprint.post("/renew")
@anyone
@guarded("person")
def renew(draft: Draft) -> Any:
    """Ten minutes more, from whichever step it was asked; then back to it, with what was typed there."""
    step = request.form.get("step", "")
    person.keep_typed(draft, step)
    try:
        holding.renew(draft)
        draft.save()
    except (HoldExpired, HoldRenewedOften) as refusal:
        flash(sentence_of(refusal))
    return redirect(BY_NAME[step].path, 303) if step in BY_NAME else go_on(draft)


def _show(draft: Draft, language: str, day: date | None, refusal: PlatformError | None = None) -> Any:
    lapsed = draft.held is not None and not draft.held.lasts_at(now())
    return page(
        "time",
        draft,
        problem_of(refusal).status if refusal else 200,
        offer=_offer(_kind(draft), language, day, draft),
        refusal=sentence_of(refusal) if refusal else "",
        lapsed=lapsed and not refusal,
        page_key=new_id(),
    )


def _offer(kind: Kind, wish: str, day: date | None, draft: Draft) -> Offer:
    language = _first_of((wish, reader_language()), kind.languages)
    days = _free_days(kind.code, language)
    held_day = local(draft.held.starts_at).date() if draft.held else None
    chosen = _first_of((day, held_day), tuple(free.day for free in days))
    return Offer(kind.languages, language, days, chosen, _free_slots(kind.code, language, chosen))


def _first_of(wishes: Iterable[Any], offered: tuple[Any, ...]) -> Any:
    """The first wish that is offered, else the first that is offered at all."""
    return next((wish for wish in wishes if wish in offered), offered[0] if offered else None)


def _free_days(kind: str, language: str) -> tuple[FreeDay, ...]:
    today = local(now()).date()
    last = today + timedelta(days=_DAYS_AHEAD)
    return ask(FindFreeDays(kind=kind, language=language, first=today, last=last)).days


def _free_slots(kind: str, language: str, day: date | None) -> tuple[Slot, ...]:
    return () if day is None else ask(FindFreeSlots(kind=kind, language=language, day=day)).slots


def _kind(draft: Draft) -> Kind:
    subjects = ask(ListSubjects()).subjects
    return next(k for s in subjects for k in s.kinds if (s.code, k.code) == (draft.subject, draft.kind))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    """An instant with a zone; everything else is no time that was offered."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
