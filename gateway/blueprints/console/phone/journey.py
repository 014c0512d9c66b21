"""What was typed during a call, in which order it is asked, and that nothing of it outlives the booking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar

from flask import Blueprint, redirect, render_template, session, url_for
from flask_babel import lazy_gettext as _l

from gateway.backends import now
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.console import desk

blueprint = Blueprint("console_phone", __name__, url_prefix="/console/book")
blueprint.context_processor(desk.context)


@dataclass
class CallDraft(Draft):
    """One call; its holder is the member of staff."""

    KEY: ClassVar[str] = "phone_booking"


@dataclass(frozen=True)
class Step:
    name: str
    """Also the endpoint, `console_phone.<name>`."""
    title: Any
    done: Callable[[Draft], bool]


def holds_slot(draft: Draft) -> bool:
    return draft.held is not None and draft.held.lasts_at(now())


_STEPS = (
    Step("matter", _l("Subject"), lambda draft: bool(draft.kind)),
    Step("time", _l("Language, day and time"), holds_slot),
    Step("person", _l("Person"), lambda draft: "person" in draft.valid),
    Step(
        "insured",
        _l("The insured person"),
        lambda draft: draft.for_whom != "another" or "insured" in draft.valid,
    ),
    Step("review", _l("Check and confirm"), lambda draft: False),
)


def load() -> CallDraft:
    """The draft of this call, or an empty one."""
    return CallDraft(**{**session.get(CallDraft.KEY, {}), "holder": desk.member().subject_id})


def drop() -> None:
    """Forget the caller."""
    session.pop(CallDraft.KEY, None)


def first_open(draft: Draft, *, needs_slot: bool = True) -> Step:
    """The first step that is not done; the review at the latest."""
    return next(step for step in _STEPS if not (step.done(draft) or (step.name == "time" and not needs_slot)))


def go_on(draft: Draft) -> Any:
    """To the first open step."""
    return redirect(url_for(f"console_phone.{first_open(draft).name}"), 303)


def guarded(
    name: str, *, needs_slot: bool = True
) -> Callable[[Callable[[CallDraft], Any]], Callable[[], Any]]:
    """Give the view the draft, or lead to the first open step when this one's turn has not come.

    A form that was typed while the hold ran out is taken all the same (`needs_slot=False`).
    """
    names = [step.name for step in _STEPS]

    def decorate(view: Callable[[CallDraft], Any]) -> Callable[[], Any]:
        @wraps(view)
        def guard() -> Any:
            draft = load()
            open_step = first_open(draft, needs_slot=needs_slot).name
            return view(draft) if names.index(name) <= names.index(open_step) else go_on(draft)

        return guard

    return decorate


def page(name: str, draft: Draft, status: int = 200, **values: Any) -> tuple[str, int]:
    """A step's page with the time that is held."""
    held = draft.held if holds_slot(draft) else None
    shown = {
        "draft": draft,
        "step": next(step for step in _STEPS if step.name == name),
        "held": held,
        "seconds_left": int((held.held_until - now()).total_seconds()) if held else 0,
        "renew_address": url_for("console_phone.renew"),
    }
    return render_template(f"console/phone/{name}.html", **shown, **values), status
