"""An agent is away: one form, one list of what it would change, one click."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template

from gateway.backends import ask, now
from gateway.blueprints.console import desk
from gateway.blueprints.console.calendars import preview
from gateway.blueprints.console.calendars.blueprint import blueprint
from gateway.forms.planning import AbsenceForm
from gateway.i18n import local
from services.chassis.ids import new_id
from services.contracts.calendars import AgentEntry, Catalogue, Change, GetCatalogue
from services.contracts.errors import InvalidField, NotFound


@blueprint.get("/agent/<agent_id>/absence")
@desk.plans
def absence(agent_id: str) -> Any:
    today = local(now()).date().isoformat()
    agent = _agent(ask(GetCatalogue()), agent_id)
    return _show(AbsenceForm(formdata=None, data={"first": today, "last": today}), agent)


@blueprint.post("/agent/<agent_id>/absence")
@desk.plans
def be_absent(agent_id: str) -> Any:
    catalogue = ask(GetCatalogue())
    agent = _agent(catalogue, agent_id)
    form = AbsenceForm()
    if not form.validate():
        return _show(form, agent, 422)
    zone = next(entry.zone for entry in catalogue.calendars if entry.code == agent.calendar)
    try:
        return preview.begin(Change(absence=form.absence(new_id(), agent_id, ZoneInfo(zone))))
    except InvalidField as fault:
        if not form.blame(fault):
            raise
        return _show(form, agent, 422)


@blueprint.post("/absences/<absence_id>/end")
@desk.plans
def end_absence(absence_id: str) -> Any:
    """Back earlier, or not away at all; what that changes is shown first, too."""
    return preview.begin(Change(end_absence=absence_id))


def _agent(catalogue: Catalogue, agent_id: str) -> AgentEntry:
    found = next((agent for agent in catalogue.agents if agent.agent_id == agent_id), None)
    if found is None:
        raise NotFound("agent")
    return found


def _show(form: AbsenceForm, agent: AgentEntry, status: int = 200) -> Any:
    return render_template("console/calendars/absence.html", form=form, agent=agent), status
