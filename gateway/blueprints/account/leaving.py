"""Leaving for good: what it means, asked once more, and the way back until the grace ends."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway.access import fresh_person_required, leaver_required
from gateway.backends import ask, now
from gateway.blueprints.account.blueprint import DONE, account_now, blueprint, leave_session, member
from gateway.ended_logins import ended_logins, of_person
from gateway.own_sessions import end_all_own
from gateway.principals import fresh_proof, remember_departure
from services.contracts.booking import Appointment, ListAppointmentsOfPerson
from services.contracts.errors import NotFound
from services.contracts.rights import GetDeparture, GetLeavingSpaces, Leave, LeavingSpaces, Stay


@blueprint.get("/leave")
@fresh_person_required
def leave() -> Any:
    """What it means, and what stands in the way."""
    if account_now().gone_at is not None:
        return redirect(url_for("account.leaving"), 303)
    return _show(_spaces())


@blueprint.post("/leave")
@fresh_person_required
def leave_for_good() -> Any:
    """The second click finds it asked for.  Errors: FreshLoginNeeded, NotFound(person)."""
    spaces = _spaces()
    if spaces.handed_over_first:
        return _show(spaces, 409)
    person_id = member().subject_id
    ask(Leave(person_id=person_id, proof=fresh_proof()))
    end_all_own("citizen")
    ended_logins().end_now(of_person("citizen", person_id))
    return leave_session("leaving")


@blueprint.get("/leaving")
@leaver_required
def leaving() -> Any:
    """Until when one may stay after all; who has said so elsewhere goes on."""
    try:
        departure = ask(GetDeparture(person_id=member().subject_id))
    except NotFound:
        return leave_session("gone")
    if departure.gone_at is None:
        remember_departure(None)
        return redirect(url_for("account.home"), 303)
    return render_template("account/leaving.html", gone_at=departure.gone_at)


@blueprint.post("/stay")
@leaver_required
def stay() -> Any:
    """The second click finds it done."""
    try:
        ask(Stay(person_id=member().subject_id))
    except NotFound:
        return leave_session("gone")
    remember_departure(None)
    flash(_("Your account stays. Everything in it is as it was."), DONE)
    return redirect(url_for("account.home"), 303)


def _spaces() -> LeavingSpaces:
    return ask(GetLeavingSpaces(person_id=member().subject_id))


def _ahead() -> list[Appointment]:
    """What will be cancelled, the next first: a company's own appointments are not."""
    found = ask(ListAppointmentsOfPerson(person_id=member().subject_id)).appointments
    mine = [one for one in found if one.state == "booked" and not one.space_id and one.starts_at > now()]
    return sorted(mine, key=lambda one: one.starts_at)


def _show(spaces: LeavingSpaces, status: int = 200) -> Any:
    days = ask(GetDeparture(person_id=member().subject_id)).grace_days
    return render_template("account/leave.html", spaces=spaces, ahead=_ahead(), days=days), status
