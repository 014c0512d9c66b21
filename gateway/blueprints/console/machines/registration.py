"""A new machine client: what it may do, and how it proves itself."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.machines import secret
from gateway.blueprints.console.machines.blueprint import blueprint
from gateway.blueprints.console.machines.forms import RegistrationForm
from services.contracts.errors import InvalidField, StaleVersion
from services.contracts.machines import RegisterMachine


@blueprint.get("/new")
@desk.administers
def new() -> Any:
    secret.begin()
    return _show(RegistrationForm(formdata=None))


@blueprint.post("/new")
@desk.administers
def register() -> Any:
    """A form that is sent twice registers one client, with one secret."""
    form = RegistrationForm()
    if not form.validate():
        return _show(form, 422)
    try:
        machine = ask(_registration(form))
    except StaleVersion:
        form.blame(InvalidField("client_id", "taken"))
        return _show(form, 409)
    except InvalidField as fault:
        if not form.blame(fault):
            raise
        return _show(form, 422)
    if machine.auth_method == "client_secret":
        return secret.to_be_shown(machine.client_id)
    flash(_("Registered. The client can get in with its key from now on."), "done")
    return redirect(url_for("console_machines.show", client_id=machine.client_id), 303)


def _registration(form: RegistrationForm) -> RegisterMachine:
    with_secret = form.auth_method.data == "client_secret"
    return RegisterMachine(
        client_id=form.client_id.data,
        name=form.name.data,
        contact=form.contact.data,
        auth_method=form.auth_method.data,
        scopes=form.scopes.ticked,
        staff_id=desk.member().subject_id,
        secret_digest=secret.digest_for(form.client_id.data) if with_secret else "",
        public_key="" if with_secret else form.public_key.data or "",
    )


def _show(form: RegistrationForm, status: int = 200) -> Any:
    return render_template("console/machines/new.html", form=form), status
