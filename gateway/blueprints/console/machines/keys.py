"""Keys of a machine client: a further one with an overlap, and their removal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway.backends import ask, now
from gateway.blueprints.console import desk
from gateway.blueprints.console.machines import secret
from gateway.blueprints.console.machines.blueprint import blueprint
from gateway.blueprints.console.machines.forms import KeyForm, version_seen
from gateway.errors import sentence_of
from services.contracts.errors import InvalidField, NotAllowed, NotFound, StaleVersion
from services.contracts.machines import (
    AddClientKey,
    ClientKey,
    GetMachine,
    Machine,
    RemoveClientKey,
)


@blueprint.get("/<client_id>/keys/new")
@desk.administers
def new_key(client_id: str) -> Any:
    secret.begin()
    return _show(ask(GetMachine(client_id=client_id)), KeyForm(formdata=None))


@blueprint.post("/<client_id>/keys/new")
@desk.administers
def add_key(client_id: str) -> Any:
    """The new one is valid at once; a form that is sent twice adds one key."""
    machine, form = ask(GetMachine(client_id=client_id)), KeyForm()
    if not form.validate():
        return _show(machine, form, 422)
    try:
        ask(_addition(machine, form))
    except (StaleVersion, NotAllowed) as refusal:
        return _back(client_id, _too_many() if isinstance(refusal, NotAllowed) else sentence_of(refusal))
    except InvalidField as fault:
        if not form.blame(fault):
            raise
        return _show(machine, form, 422)
    if machine.auth_method == "client_secret":
        return secret.to_be_shown(client_id)
    return _back(client_id, _("The new key is valid from now on."), "done")


@blueprint.get("/<client_id>/keys/<key_id>/remove")
@desk.administers
def ask_to_remove(client_id: str, key_id: str) -> str:
    """Errors: NotFound(client | key)."""
    machine = ask(GetMachine(client_id=client_id))
    return render_template("console/machines/remove.html", machine=machine, key=_key(machine, key_id))


@blueprint.post("/<client_id>/keys/<key_id>/remove")
@desk.administers
def remove_key(client_id: str, key_id: str) -> Any:
    """A second click removes nothing more."""
    removal = RemoveClientKey(
        client_id=client_id, version=version_seen(), key_id=key_id, staff_id=desk.member().subject_id
    )
    try:
        ask(removal)
    except StaleVersion as stale:
        return _back(client_id, sentence_of(stale))
    return _back(client_id, _("The key is removed, and its tokens have ended."), "done")


def _addition(machine: Machine, form: KeyForm) -> AddClientKey:
    with_secret = machine.auth_method == "client_secret"
    return AddClientKey(
        client_id=machine.client_id,
        version=version_seen(),
        staff_id=desk.member().subject_id,
        old_until=now() + timedelta(days=int(form.overlap.data)),
        secret_digest=secret.digest_for(machine.client_id) if with_secret else "",
        public_key="" if with_secret else form.public_key.data or "",
    )


def _key(machine: Machine, key_id: str) -> ClientKey:
    found = next((key for key in machine.keys if key.key_id == key_id), None)
    if found is None:
        raise NotFound("key")
    return found


def _too_many() -> str:
    return str(_("Two keys are valid already. Remove one to add another."))


def _back(client_id: str, sentence: str, category: str = "message") -> Any:
    flash(sentence, category)
    return redirect(url_for("console_machines.show", client_id=client_id), 303)


def _show(machine: Machine, form: KeyForm, status: int = 200) -> Any:
    return render_template("console/machines/key.html", machine=machine, form=form), status
