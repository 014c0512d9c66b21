"""`/console/`: the list of today, kept fresh by the page itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from gateway.access import staff_required
from gateway.backends import ask, now
from gateway.blueprints.console.agenda import bounds, lines
from gateway.blueprints.room import shown
from gateway.i18n import local
from gateway.principals import staff
from services.contracts.booking import ListAppointments
from services.contracts.media import ListRooms

blueprint = Blueprint("console", __name__, url_prefix="/console")
blueprint.context_processor(shown.context)

at_the_desk = staff_required("agent", "supervisor")


@blueprint.get("/")
@at_the_desk
def today() -> str:
    """Own appointments and those of colleagues."""
    return render_template("console/today.html", **_today())


@blueprint.get("/list")
@at_the_desk
def rows() -> str:
    """The list alone, for the page to refresh itself."""
    return render_template("console/_list.html", **_today())


def _today() -> dict[str, Any]:
    member = staff()
    assert member is not None, "the policy has looked"
    day = local(now()).date()
    first, last = bounds(day)
    found = lines(
        ask(ListAppointments(day=day)).appointments,
        ask(ListRooms(first=first, last=last)).rooms,
        member.subject_id,
    )
    return {
        "day_shown": day,
        "own": [line for line in found if line.mine],
        "others": [line for line in found if not line.mine],
    }
