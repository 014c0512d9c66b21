"""Name, contact and rights of a machine client."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.machines.blueprint import blueprint
from gateway.blueprints.console.machines.forms import ProfileForm, version_seen
from gateway.errors import sentence_of
from services.contracts.errors import InvalidField, StaleVersion
from services.contracts.machines import ChangeMachine, GetMachine, Machine


@blueprint.get("/<client_id>/edit")
@desk.administers
def edit(client_id: str) -> Any:
    machine = ask(GetMachine(client_id=client_id))
    return _show(machine, ProfileForm.of(machine))


@blueprint.post("/<client_id>/edit")
@desk.administers
def change(client_id: str) -> Any:
    """Another change since the page was opened is shown first: nobody overwrites what he has not seen."""
    machine, form = ask(GetMachine(client_id=client_id)), ProfileForm()
    if not form.validate():
        return _show(machine, form, 422, version_seen())
    try:
        ask(_change(machine, form))
    except StaleVersion as stale:
        return _show(machine, ProfileForm.of(machine), 409, refusal=sentence_of(stale))
    except InvalidField as fault:
        if not form.blame(fault):
            raise
        return _show(machine, form, 422, version_seen())
    flash(_("Saved. Tokens that were given already lose at once what was taken away."), "done")
    return redirect(url_for("console_machines.show", client_id=client_id), 303)


def _change(machine: Machine, form: ProfileForm) -> ChangeMachine:
    return ChangeMachine(
        client_id=machine.client_id,
        version=version_seen(),
        name=form.name.data,
        contact=form.contact.data,
        scopes=form.scopes.ticked,
        is_enabled=machine.is_enabled,
        staff_id=desk.member().subject_id,
    )


def _show(
    machine: Machine, form: ProfileForm, status: int = 200, seen: int | None = None, refusal: str = ""
) -> Any:
    version = machine.version if seen is None else seen
    page = render_template(
        "console/machines/edit.html", machine=machine, form=form, version=version, refusal=refusal
    )
    return page, status
