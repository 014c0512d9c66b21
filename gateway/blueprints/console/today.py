"""`/console/`: the list of one day; that of today is kept fresh by the page itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request

from gateway.access import staff_required
from gateway.backends import ask, now
from gateway.blueprints.console import desk
from gateway.blueprints.console.agenda import agents_of, appointments_of, lines, rooms_around
from gateway.blueprints.console.queue import Queue, queue
from gateway.blueprints.room import shown
from gateway.i18n import local
from gateway.slots import day_in
from services.contracts.media import ListRooms

blueprint = Blueprint("console", __name__, url_prefix="/console")
blueprint.context_processor(shown.context)
blueprint.context_processor(desk.context)


@blueprint.get("/")
@staff_required(*desk.DESK, *desk.PLANNING, *desk.OPERATES, *desk.AUDITS)
def today() -> Any:
    """Own appointments and those of colleagues; whose work is another is led to the first page of it."""
    if not desk.has_role(*desk.DESK):
        _, address, _ = desk.menu()[0]
        return redirect(address, 303)
    return render_template("console/today.html", **_day())


@blueprint.get("/list")
@desk.at_the_desk
def rows() -> str:
    """The list alone, for the page to refresh itself."""
    return render_template("console/_list.html", **_day())


def day_asked_for() -> date:
    """`?day=`, today without one."""
    return day_in(request.args.get("day", "")) or local(now()).date()


def _day() -> dict[str, Any]:
    day, agent_id = day_asked_for(), request.args.get("agent", "")
    first, last = rooms_around(day)
    me, is_today = desk.member().subject_id, day == local(now()).date()
    booked = appointments_of(day)
    found = lines(booked, ask(ListRooms(first=first, last=last)).rooms, me)
    shown_lines = [line for line in found if agent_id in ("", line.appointment.agent_id)]
    return {
        "day_shown": day,
        "is_today": is_today,
        "queue": queue(booked, me) if is_today else Queue(),
        "around": (day - timedelta(days=1), day + timedelta(days=1)),
        "agent_id": agent_id,
        "agents": agents_of(found),
        "own": [line for line in shown_lines if line.mine],
        "others": [line for line in shown_lines if not line.mine],
    }
