"""`/console/week`: how many appointments each agent has on each day of a week."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template

from gateway.backends import ask, now
from gateway.blueprints.console import desk
from gateway.blueprints.console.today import day_asked_for
from gateway.i18n import local
from services.contracts.booking_desk import AgentDay, CountAppointments

blueprint = Blueprint("console_week", __name__, url_prefix="/console/week")
blueprint.context_processor(desk.context)

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Row:
    """One agent's week."""

    agent_id: str
    name: str
    booked: tuple[int, ...]
    """On each of the seven days."""


@blueprint.get("/")
@desk.at_the_desk
def week() -> str:
    monday = _monday(day_asked_for())
    days = tuple(monday + timedelta(days=n) for n in range(7))
    counted = ask(CountAppointments(first=days[0], last=days[-1])).days
    return render_template(
        "console/week.html",
        days=days,
        rows=rows(counted, days),
        totals=[sum(place.booked for place in counted if place.day == day) for day in days],
        today=local(now()).date(),
        around=(monday - _WEEK, monday + _WEEK),
    )


def rows(counted: tuple[AgentDay, ...], days: tuple[date, ...]) -> list[Row]:
    """One for each agent who has an appointment in the week, by name."""
    booked = Counter({(place.agent_id, place.day): place.booked for place in counted})
    agents = sorted({(place.agent_name, place.agent_id) for place in counted})
    return [Row(agent, name, tuple(booked[agent, day] for day in days)) for name, agent in agents]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
