"""The time machine of the development platform.

It is not registered in staging and production; each view says so once more.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, jsonify, redirect, render_template, request, url_for

from gateway.access import development_only
from gateway.backends import ask, now, runtime
from gateway.error_pages import wants_json
from gateway.i18n import ZONE, local
from gateway.room_access import room_access
from gateway.security import csrf
from services.chassis.clock import Offset, TimeMachine
from services.contracts.booking import ListAppointments
from services.contracts.errors import InvalidField, PlatformError
from services.contracts.media import LookAtRoom, RoomView

blueprint = Blueprint("development", __name__, url_prefix="/dev")


def register(app: Flask) -> None:
    if app.extensions["runtime"].settings.in_development:
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)


@blueprint.get("/clock")
@development_only
def clock() -> Any:
    if wants_json():
        return jsonify(_state(_machine().read()))
    return render_template("development/clock.html", room=_room(), real=datetime.now(UTC))


@blueprint.post("/clock")
@development_only
def set_clock() -> Any:
    """Move the platform's time: `at` (ISO-8601), `minutes` or `seconds` from now, `next_slot`, or `reset`."""
    wish = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    offset = _move(_machine(), wish if isinstance(wish, dict) else {})
    return (
        jsonify(_state(offset))
        if request.is_json or wants_json()
        else redirect(url_for("development.clock"), 303)
    )


def _move(machine: TimeMachine, wish: dict[str, Any]) -> Offset:
    if "reset" in wish:
        return machine.reset()
    if "next_slot" in wish:
        return machine.travel_to(_next_slot() - timedelta(minutes=15))
    if wish.get("at"):
        return machine.travel_to(_instant(str(wish["at"])))
    step = timedelta(minutes=_number(wish, "minutes"), seconds=_number(wish, "seconds"))
    return machine.shift(machine.read().shift + step)


def _next_slot() -> datetime:
    """Start of the first booked appointment to come; now plus 15 minutes if there is none."""
    today = local(now()).date()
    days = (today, today + timedelta(days=1))
    starts = [a.starts_at for day in days for a in ask(ListAppointments(day=day)).appointments]
    return min((start for start in starts if start > now()), default=now() + timedelta(minutes=15))


def _number(wish: dict[str, Any], name: str) -> float:
    try:
        return float(wish.get(name) or 0)
    except (TypeError, ValueError):
        raise InvalidField(name, "format") from None


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidField("at", "format") from None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def _machine() -> TimeMachine:
    url = runtime().settings.clock_url
    if url is None:
        raise InvalidField("clock", "missing")
    return TimeMachine(url.reveal())


def _state(offset: Offset) -> dict[str, Any]:
    at = datetime.now(UTC) + offset.shift
    return {"version": offset.version, "shift_seconds": offset.shift.total_seconds(), "now": at.isoformat()}


def _room() -> RoomView | None:
    """The room of this browser, whose boundaries are what one wants to try."""
    access = room_access()
    if access is None:
        return None
    try:
        return ask(LookAtRoom(room_id=access.room_id, participant=access.participant))
    except PlatformError:
        return None
