"""Calendars, agents with their absences, kinds, subjects, and who changed what lately."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import render_template

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.calendars.blueprint import blueprint
from gateway.blueprints.console.history import names_of
from gateway.i18n import weekday
from services.contracts.calendars import Absence, GetCatalogue, ListChanges, Week

_LATEST = 10
_A_MONDAY = date(2026, 1, 5)


@blueprint.get("/")
@desk.plans
def overview() -> str:
    catalogue = ask(GetCatalogue())
    absences: dict[str, list[Absence]] = defaultdict(list)
    for absence in sorted(catalogue.absences, key=lambda found: found.starts_at):
        absences[absence.agent_id].append(absence)
    changes = ask(ListChanges()).changes[:_LATEST]
    return render_template(
        "console/calendars/overview.html",
        catalogue=catalogue,
        agents=sorted(catalogue.agents, key=lambda agent: (not agent.active, agent.name)),
        absences=absences,
        changes=changes,
        names=names_of({change.actor for change in changes}),
        week=week,
    )


@dataclass(frozen=True)
class SameDays:
    """Days of the week with the same working time, one after another."""

    names: str
    windows: str


def week(hours: Week) -> list[SameDays]:
    """`Monday–Friday: 08:30-11:30, 13:00-16:00`; days without any are left out."""
    shown = []
    for windows, days in groupby(enumerate(hours), key=lambda day: day[1]):
        numbers = [number for number, _windows in days]
        names = [weekday(_A_MONDAY + timedelta(days=number)) for number in (numbers[0], numbers[-1])]
        if windows:
            shown.append(SameDays("–".join(dict.fromkeys(names)), ", ".join(windows)))
    return shown
