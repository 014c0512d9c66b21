"""The pages of a change, and of the mail sent again: the same for everybody who may ask for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request

from gateway import slots
from gateway.access import Policy, requires
from gateway.backends import ask
from gateway.errors import problem_of, sentence_of
from gateway.i18n import local
from gateway.limits.table import CANCEL, MOVE
from gateway.limits.taking import take
from gateway.mail_again import send_again
from services.contracts.booking import MEMBER, Appointment, CancelAppointment, MoveAppointment
from services.contracts.errors import (
    AppointmentStarted,
    NotFound,
    PlatformError,
    SlotNotOffered,
    SlotPast,
    SlotTaken,
)

CITIZEN = "citizen"
"""The actor in `booking`'s audit trail, whoever of the citizen's side holds the link."""

_REFUSED = (SlotTaken, SlotPast, SlotNotOffered)


@dataclass(frozen=True)
class Change:
    """An appointment, who wants to change it, and from which page."""

    appointment: Appointment
    actor: str
    address: str
    """The pages of the change lie below it."""
    back: str
    possible: bool
    """Whether there is any use in asking; `booking` decides when it is asked."""

    @property
    def by_staff(self) -> bool:
        return self.actor != CITIZEN and not self.actor.startswith(MEMBER)


Find = Callable[..., Change]
"""From the address's own parts; raises NotFound(appointment) for whom it is not."""


def add_pages(blueprint: Blueprint, policy: Policy, find: Find) -> None:
    """Give a blueprint the pages that move and cancel what `find` finds."""
    for rule, method, page in _PAGES:
        name = f"{page.__name__}_{method.lower()}"
        blueprint.add_url_rule(rule, name, _view(policy, find, page), methods=[method])


def _view(policy: Policy, find: Find, page: Callable[[Change], Any]) -> Callable[..., Any]:
    @requires(policy)
    def view(**which: str) -> Any:
        return page(find(**which))

    return view


def ask_where_to(change: Change) -> Any:
    """The free times; one that was chosen is shown again before anything is done."""
    if not change.possible:
        return _not_possible(change)
    chosen = slots.instant_in(request.args.get("starts_at", ""))
    if chosen is not None:
        back = slots.wish_in(request.args).around(chosen).query()
        return render_template("change/move.html", change=change, chosen=chosen, back=back)
    return _times(change, slots.wish_in(request.args))


def move(change: Change) -> Any:
    chosen = slots.instant_in(request.form.get("starts_at", ""))
    if chosen is None:
        return _times(change, slots.Wish(), SlotNotOffered())
    if not change.by_staff:
        take(MOVE)
    appointment_id = change.appointment.appointment_id
    try:
        ask(MoveAppointment(appointment_id=appointment_id, starts_at=chosen, actor=change.actor))
    except AppointmentStarted as refusal:
        return _not_possible(change, refusal)
    except NotFound:
        return _done(change)  # cancelled meanwhile: the page that follows says so
    except _REFUSED as refusal:
        return _times(change, slots.Wish().around(chosen), refusal)
    return _done(change)


def ask_whether(change: Change) -> Any:
    if not change.possible:
        return _not_possible(change)
    return render_template("change/cancel.html", change=change)


def cancel(change: Change) -> Any:
    if not change.by_staff:
        take(CANCEL)
    try:
        ask(CancelAppointment(appointment_id=change.appointment.appointment_id, actor=change.actor))
    except AppointmentStarted as refusal:
        return _not_possible(change, refusal)
    return _done(change)


def mail(change: Change) -> Any:
    """The confirmation goes out once more; then back to where it was asked for."""
    send_again(change.appointment.appointment_id)
    return redirect(change.back, 303)


def changed(change: Change) -> Any:
    """How the appointment stands now, by the word of `booking`: the room may learn of it a moment later."""
    return render_template("change/done.html", change=change)


_PAGES: tuple[tuple[str, str, Callable[[Change], Any]], ...] = (
    ("/move", "GET", ask_where_to),
    ("/move", "POST", move),
    ("/cancel", "GET", ask_whether),
    ("/cancel", "POST", cancel),
    ("/changed", "GET", changed),
    ("/mail", "POST", mail),
)


def _times(change: Change, wish: slots.Wish, refusal: PlatformError | None = None) -> tuple[str, int]:
    booked = change.appointment
    around = local(booked.starts_at).date()
    offer = slots.offer(booked.kind, (booked.language,), wish, around=around, own=booked.starts_at)
    sentence = sentence_of(refusal) if refusal else ""
    page = render_template("change/times.html", change=change, offer=offer, refusal=sentence)
    return page, problem_of(refusal).status if refusal else 200


def _not_possible(change: Change, refusal: PlatformError | None = None) -> Any:
    """Too late, or cancelled before."""
    if change.appointment.state == "cancelled":
        return _done(change)
    return render_template("change/too_late.html", change=change), problem_of(
        refusal
    ).status if refusal else 200


def _done(change: Change) -> Any:
    return redirect(f"{change.address}/changed", 303)
