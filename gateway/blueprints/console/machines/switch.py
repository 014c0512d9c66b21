"""Whether a machine client may come in at all."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.machines.blueprint import blueprint
from gateway.blueprints.console.machines.forms import version_seen
from gateway.errors import sentence_of
from services.contracts.errors import StaleVersion
from services.contracts.machines import ChangeMachine, GetMachine, Machine

_PAGE = "/<client_id>/<any(disable, enable):action>"


@blueprint.get(_PAGE)
@desk.administers
def ask_to_switch(client_id: str, action: str) -> str:
    machine = ask(GetMachine(client_id=client_id))
    return render_template("console/machines/switch.html", machine=machine, action=action)


@blueprint.post(_PAGE)
@desk.administers
def switch(client_id: str, action: str) -> Any:
    """A second click changes nothing more."""
    machine = ask(GetMachine(client_id=client_id))
    if machine.is_enabled is not (action == "enable"):
        _switch(machine, action)
    return redirect(url_for("console_machines.show", client_id=client_id), 303)


def _switch(machine: Machine, action: str) -> None:
    wanted = ChangeMachine(
        client_id=machine.client_id,
        version=version_seen(),
        name=machine.name,
        contact=machine.contact,
        scopes=machine.scopes,
        is_enabled=action == "enable",
        staff_id=desk.member().subject_id,
    )
    try:
        ask(wanted)
    except StaleVersion as stale:
        flash(sentence_of(stale))
        return
    if action == "enable":
        flash(_("Enabled. The client can get in again."), "done")
    else:
        flash(_("Disabled. The client and its tokens are out."), "done")
