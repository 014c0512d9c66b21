"""`/spaces/<id>`: one space; rename, delete, restore and leave it, and read its trail.

The private one has a first page of its own; it is deleted and restored here like any other.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gateway.access import registered_required
from gateway.backends import ask, now
from gateway.blueprints.spaces.blueprint import DONE, actor, blueprint, done, meant, space_to
from gateway.blueprints.spaces.frame import home_of
from gateway.errors import problem_of, sentence_of
from gateway.forms.spaces import NameForm
from services.contracts.errors import InvalidField, LastAdministrator, NotFound, StaleVersion
from services.contracts.members import LeaveSpace
from services.contracts.professional import DeleteSpace, ListSteps, RenameSpace, RestoreSpace
from services.contracts.space_access import DELETED, GRACE_DAYS, PRIVATE, SpaceCard


@blueprint.get("/<space_id>")
@registered_required
def show(space_id: str) -> Any:
    space = space_to(space_id, "see")
    if space.kind == PRIVATE:
        return redirect(home_of(space), 303)
    return render_template("spaces/space.html", space=space)


@blueprint.get("/<space_id>/name")
@registered_required
def name(space_id: str) -> Any:
    space = space_to(space_id, "space:rename")
    return _show_name(NameForm(formdata=None, data={"name": space.name}), space)


@blueprint.post("/<space_id>/name")
@registered_required
def rename(space_id: str) -> Any:
    """Over the name that was read, and no other."""
    form, space = NameForm(), space_to(space_id, "space:rename")
    if not form.validate():
        return _show_name(form, space, 422)
    try:
        ask(_new_name(form, space_id))
    except InvalidField as fault:
        if not form.show(fault):
            raise
        return _show_name(form, space, 422)
    except StaleVersion as stale:
        return _show_name(form, space, problem_of(stale).status, sentence_of(stale))
    flash(_("The space has a new name."), DONE)
    return redirect(url_for("spaces.show", space_id=space_id), 303)


@blueprint.get("/<space_id>/delete")
@registered_required
def delete(space_id: str) -> Any:
    """What it means."""
    space = space_to(space_id, "space:delete")
    if space.state == DELETED:
        return redirect(home_of(space), 303)
    page = "spaces/delete_own.html" if space.kind == PRIVATE else "spaces/delete.html"
    return render_template(page, space=space, until=now() + timedelta(days=GRACE_DAYS))


@blueprint.post("/<space_id>/delete")
@registered_required
def delete_now(space_id: str) -> Any:
    wanted = DeleteSpace(actor=actor(), space_id=meant(space_id))
    return done(wanted, url_for("spaces.home"), _("The space has been deleted. You can still restore it."))


@blueprint.post("/<space_id>/restore")
@registered_required
def restore(space_id: str) -> Any:
    wanted = RestoreSpace(actor=actor(), space_id=meant(space_id))
    return done(wanted, url_for("spaces.show", space_id=space_id), _("The space is there again."))


@blueprint.get("/<space_id>/leave")
@registered_required
def leave(space_id: str) -> Any:
    """What it means."""
    return render_template("spaces/leave.html", space=space_to(space_id, "space:leave"))


@blueprint.post("/<space_id>/leave")
@registered_required
def leave_now(space_id: str) -> Any:
    """Who is out already wanted nothing else."""
    try:
        with suppress(NotFound):
            ask(LeaveSpace(actor=actor(), space_id=space_id))
    except (LastAdministrator, StaleVersion) as refusal:
        flash(sentence_of(refusal), "message")
        return redirect(url_for("spaces.show", space_id=space_id), 303)
    flash(_("You have left the space."), DONE)
    return redirect(url_for("spaces.home"), 303)


@blueprint.get("/<space_id>/trail")
@registered_required
def trail(space_id: str) -> Any:
    space = space_to(space_id, "trail:see")
    steps = ask(ListSteps(actor=actor(), space_id=space_id)).steps
    return render_template("spaces/trail.html", space=space, steps=steps)


def _new_name(form: NameForm, space_id: str) -> RenameSpace:
    former = request.form.get("former_name", "")[:1000]
    return RenameSpace(actor=actor(), space_id=space_id, former_name=former, name=form.name.data)


def _show_name(form: NameForm, space: SpaceCard, status: int = 200, refusal: str = "") -> Any:
    return render_template("spaces/name.html", form=form, space=space, refusal=refusal), status
