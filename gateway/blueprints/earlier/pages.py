"""The page of the waiting list and what its buttons do; the same by link and in the private space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from gateway.access import Policy, requires
from gateway.backends import ask, now
from gateway.blueprints.change.pages import Change, Find
from gateway.blueprints.earlier.form import wish_form
from gateway.errors import problem_of, sentence_of
from gateway.limits.table import EARLIER
from gateway.limits.taking import limited
from services.contracts.earlier import (
    AcceptEarlier,
    AskForEarlier,
    DeclineEarlier,
    EarlierWish,
    GetEarlierWish,
    StopAskingForEarlier,
)
from services.contracts.errors import (
    AppointmentStarted,
    HoldExpired,
    InvalidField,
    NotFound,
    PlatformError,
)
from services.contracts.slots import FindNextFree, Slot

_TOO_LATE = (AppointmentStarted, NotFound)
"""It has begun, or it was cancelled meanwhile."""


def add_pages(blueprint: Blueprint, policy: Policy, find: Find) -> None:
    """Give a blueprint the pages of the waiting list for what `find` finds."""
    for rule, method, page in _PAGES:
        name = f"{page.__name__}_{method.lower()}"
        act = limited(EARLIER)(page) if method == "POST" else page
        blueprint.add_url_rule(rule, name, _view(policy, find, act), methods=[method])


def _view(policy: Policy, find: Find, page: Callable[[Change], Any]) -> Callable[..., Any]:
    @requires(policy)
    def view(**which: str) -> Any:
        change = find(**which)
        return page(change) if change.possible else _not_possible(change)

    return view


def show(change: Change) -> Any:
    """How the wish stands, and what can be done about it."""
    return _page(change, ask(GetEarlierWish(appointment_id=change.appointment.appointment_id)))


def want(change: Change) -> Any:
    """Put him on the list, or change from which day on; asked twice, he stands there once."""
    form = wish_form(change.appointment, None)
    appointment_id = change.appointment.appointment_id
    try:
        ask(AskForEarlier(appointment_id=appointment_id, not_before=form.instant))
    except _TOO_LATE as refusal:
        return _not_possible(change, refusal)
    except InvalidField as refusal:
        form.blame(refusal)
        return _page(change, ask(GetEarlierWish(appointment_id=appointment_id)), form, refusal)
    return _shown_again(change)


def stop(change: Change) -> Any:
    ask(StopAskingForEarlier(appointment_id=change.appointment.appointment_id))
    flash(_("You are no longer on the waiting list. Your appointment stands as it is."), "message")
    return _shown_again(change)


def accept(change: Change) -> Any:
    """The appointment moves; a second click finds it moved."""
    appointment_id, offer_id = change.appointment.appointment_id, request.form.get("offer_id", "")
    try:
        ask(AcceptEarlier(appointment_id=appointment_id, offer_id=offer_id, actor=change.actor))
    except _TOO_LATE as refusal:
        return _not_possible(change, refusal)
    except HoldExpired:
        flash(_("This time is no longer held for you. Your appointment stands as it is."), "message")
        return _shown_again(change)
    return redirect(f"{change.address}/changed", 303)


def decline(change: Change) -> Any:
    """Says thank you for what was declined; an offer that was answered before is only shown as it stands."""
    appointment_id, offer_id = change.appointment.appointment_id, request.form.get("offer_id", "")
    before = ask(GetEarlierWish(appointment_id=appointment_id))
    if before.offer is not None and before.offer.offer_id == offer_id:
        ask(DeclineEarlier(appointment_id=appointment_id, offer_id=offer_id))
        flash(_("Thank you: the time goes to somebody else. Your appointment stands as it is."), "message")
    return _shown_again(change)


_PAGES: tuple[tuple[str, str, Callable[[Change], Any]], ...] = (
    ("", "GET", show),
    ("", "POST", want),
    ("/stop", "POST", stop),
    ("/accept", "POST", accept),
    ("/decline", "POST", decline),
)


def _page(
    change: Change, wish: EarlierWish, form: Any = None, refusal: PlatformError | None = None
) -> tuple[str, int]:
    page = render_template(
        "earlier/wish.html",
        change=change,
        wish=wish,
        form=form or wish_form(change.appointment, wish.not_before),
        free_now=_free_now(change) if wish.offer is None else None,
        refusal=sentence_of(refusal) if refusal else "",
    )
    return page, problem_of(refusal).status if refusal else 200


def _free_now(change: Change) -> Slot | None:
    """An earlier time that anybody can have at once: nobody need wait for one."""
    booked = change.appointment
    slot = ask(FindNextFree(kind=booked.kind, language=booked.language, not_before=now())).slot
    return slot if slot is not None and slot.ends_at <= booked.starts_at else None


def _shown_again(change: Change) -> Any:
    return redirect(f"{change.address}/earlier", 303)


def _not_possible(change: Change, refusal: PlatformError | None = None) -> Any:
    """Cancelled, begun, or somebody has joined."""
    if change.appointment.state == "cancelled" or isinstance(refusal, NotFound):
        return redirect(f"{change.address}/changed", 303)
    page = render_template("earlier/too_late.html", change=change)
    return page, problem_of(refusal).status if refusal else 200
