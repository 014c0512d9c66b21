"""Who may call a route: every view says so, and a view that does not is refused.

A policy is a function without arguments that returns None to let the request
pass, returns a response to answer instead (a redirect to a log-in), or raises
one of the contracts' errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from gateway.backends import runtime
from gateway.principals import citizen, fresh_proof, leaver, person, staff
from services.contracts.errors import NotAllowed

Policy = Callable[[], Response | None]
ViewT = TypeVar("ViewT", bound=Callable[..., Any])


def requires(policy: Policy) -> Callable[[ViewT], ViewT]:
    """Mark a view with its policy; use it below the route decorator."""

    def mark(view: ViewT) -> ViewT:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def anyone(view: ViewT) -> ViewT:
    """Open to everybody."""
    return requires(_pass)(view)


def citizen_required(view: ViewT) -> ViewT:
    """A citizen who has logged in; others are led to the log-in and come back."""
    return requires(logged_in_citizen)(view)


def registered_required(view: ViewT) -> ViewT:
    """A citizen whose credential is registered; others are led to the registration and come back."""
    return requires(registered_citizen)(view)


def fresh_login_required(view: ViewT) -> ViewT:
    """A registered citizen who has logged in a moment ago; others do so again and come back.

    The page of the form that such a view takes has to have the view's own address.
    """
    return requires(freshly_logged_in)(view)


def person_required(view: ViewT) -> ViewT:
    """Whoever has logged in as a citizen, registered or not, and also while he leaves."""
    return requires(logged_in_person)(view)


def fresh_person_required(view: ViewT) -> ViewT:
    """The same, and a moment ago; as `fresh_login_required`."""
    return requires(freshly_logged_in_person)(view)


def leaver_required(view: ViewT) -> ViewT:
    """Whoever has asked to be erased; others are led to the account."""
    return requires(logged_in_leaver)(view)


def staff_required(*roles: str) -> Callable[[ViewT], ViewT]:
    """A staff member with one of `roles` (any role if none is named)."""
    return requires(staff_with(*roles))


def staff_with(*roles: str) -> Policy:
    """The policy of `staff_required`, for views that are made elsewhere."""

    def policy() -> Response | None:
        member = staff()
        if member is None:
            return _to_login("login.staff")
        if roles and not set(roles) & set(member.roles):
            raise NotAllowed("console")
        return None

    return policy


def development_only(view: ViewT) -> ViewT:
    """Not there at all in staging and production."""
    return requires(_development)(view)


def policy_of(view: Callable[..., Any] | None) -> Policy | None:
    found: Policy | None = getattr(view, "policy", None)
    return found


def init_app(app: Flask) -> None:
    """Enforce the policies before every request."""
    app.before_request(_enforce)


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the error pages answer
    policy = policy_of(current_app.view_functions.get(request.endpoint))
    if policy is None:
        raise RuntimeError(f"{request.endpoint} does not say who may call it")
    return policy()


def _pass() -> None:
    return None


def logged_in_citizen() -> Response | None:
    """The policy of `citizen_required`; who leaves is led to the way back."""
    if leaver():
        return redirect(url_for("account.leaving"), 303)
    return None if citizen() else _to_login("login.choose")


def logged_in_person() -> Response | None:
    """The policy of `person_required`."""
    return None if person() else _to_login("login.choose")


def freshly_logged_in_person() -> Response | None:
    """The policy of `fresh_person_required`."""
    elsewhere = logged_in_person()
    if elsewhere is not None or fresh_proof():
        return elsewhere
    return redirect(url_for("account.log_in_again", next=here()), 303)


def logged_in_leaver() -> Response | None:
    """The policy of `leaver_required`."""
    if person() is None:
        return _to_login("login.choose")
    return None if leaver() else redirect(url_for("account.home"), 303)


def registered_citizen() -> Response | None:
    """The policy of `registered_required`."""
    who = citizen()
    if who is None:
        return logged_in_citizen()
    return None if who.is_registered else redirect(url_for("account.register", next=_asked_for()), 303)


def freshly_logged_in() -> Response | None:
    """The policy of `fresh_login_required`."""
    elsewhere = registered_citizen()
    if elsewhere is not None or fresh_proof():
        return elsewhere
    return redirect(url_for("account.log_in_again", next=here()), 303)


def here() -> str:
    """The path and query of this request."""
    return request.full_path.rstrip("?")


def _development() -> None:
    if not runtime().settings.in_development:
        raise NoSuchPage


def _to_login(endpoint: str) -> Response:
    return redirect(url_for(endpoint, next=_asked_for()), 303)


def _asked_for() -> str | None:
    """The page that was asked for; None for a form, which cannot be sent again."""
    return here() if request.method == "GET" else None
