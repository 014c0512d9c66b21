"""The order of the steps, which of them are done, and that none can be skipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import redirect, render_template
from flask_babel import lazy_gettext as _l

from gateway.backends import now
from gateway.blueprints.booking.draft import Draft, load
from gateway.principals import citizen


@dataclass(frozen=True)
class Step:
    name: str
    """Also the endpoint, `booking.<name>`."""
    title: Any
    done: Callable[[Draft], bool]
    applies: Callable[[Draft], bool] = lambda draft: True

    @property
    def path(self) -> str:
        """Its address, written out: the files entry shows the identity page without having the others."""
        return "/book/login" if self.name == "way" else f"/book/{self.name}"


def _slot_is_held(draft: Draft) -> bool:
    return draft.held is not None and draft.held.lasts_at(now())


STEPS = (
    Step("way", _l("Log in?"), lambda draft: draft.way == "without" or citizen() is not None),
    Step("welcome", _l("Welcome"), lambda draft: draft.consent),
    Step("subject", _l("Subject"), lambda draft: bool(draft.subject)),
    Step("kind", _l("Kind of appointment"), lambda draft: bool(draft.kind)),
    Step("time", _l("Language, day and time"), _slot_is_held),
    Step("person", _l("Person"), lambda draft: "person" in draft.valid),
    Step(
        "insured",
        _l("The insured person"),
        lambda draft: "insured" in draft.valid,
        applies=lambda draft: draft.for_whom == "another",
    ),
    Step(
        "address",
        _l("E-mail address"),
        lambda draft: bool(draft.proved) and draft.proved == draft.address,
        applies=lambda draft: citizen() is None,
    ),
    Step(
        "identity",
        _l("Identity document"),
        lambda draft: not draft.copies_missing,
        applies=lambda draft: citizen() is None,
    ),
    Step("review", _l("Check and confirm"), lambda draft: False),
)
BY_NAME = {step.name: step for step in STEPS}


def applying(draft: Draft) -> list[Step]:
    """The steps of this journey, in order."""
    return [step for step in STEPS if step.applies(draft)]


def first_open(draft: Draft) -> Step:
    """The first step that is not done; the review at the latest."""
    return next(step for step in applying(draft) if not step.done(draft))


def may_open(draft: Draft, name: str, *, needs_slot: bool = True) -> bool:
    """Whether this step is part of the journey and every one before it is done."""
    steps = applying(draft)
    wanted = BY_NAME[name]
    return wanted in steps and all(
        step.done(draft) or (step.name == "time" and not needs_slot) for step in steps[: steps.index(wanted)]
    )


def guarded(name: str, *, needs_slot: bool = True) -> Callable[[Callable[[Draft], Any]], Callable[[], Any]]:
    """Give the view the draft, or lead to the first open step when this one's turn has not come.

    A form that was typed while the hold ran out is taken all the same (`needs_slot=False`).
    """

    def decorate(view: Callable[[Draft], Any]) -> Callable[[], Any]:
        @wraps(view)
        def guard() -> Any:
            draft = load()
            return view(draft) if may_open(draft, name, needs_slot=needs_slot) else go_on(draft)

        return guard

    return decorate


def go_on(draft: Draft) -> Any:
    """To the first open step."""
    return redirect(first_open(draft).path, 303)


def page(name: str, draft: Draft, status: int = 200, template: str = "", **values: Any) -> tuple[str, int]:
    """A step's page, or another one in its place: progress, the held time, and the way back."""
    steps = applying(draft)
    position = steps.index(BY_NAME[name])
    held = draft.held if _slot_is_held(draft) else None
    return (
        render_template(
            template or f"booking/{name}.html",
            draft=draft,
            step=BY_NAME[name],
            steps=steps,
            position=position,
            back=steps[position - 1].path if position else "/",
            held=held,
            keep_address="/book/keep",
            seconds_left=int((held.held_until - now()).total_seconds()) if held else 0,
            **values,
        ),
        status,
    )
