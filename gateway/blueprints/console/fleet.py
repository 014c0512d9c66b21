"""`/console/fleet/`: the machines for video, what they carry, and which of them are to be emptied."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.history import names_of
from gateway.forms.base import Form
from gateway.forms.fields import RadioField
from gateway.forms.rules import chosen
from services.contracts.fleet import DrainNode, ListNodes, ResumeNode, ShowNode

_STATES: dict[str, Any] = {
    "open": _l("takes calls"),
    "full": _l("full"),
    "draining": _l("takes no new calls"),
    "stopping": _l("is being stopped"),
    "leaving": _l("calls are being moved away"),
    "lost": _l("does not answer"),
}
_PAGE = "/<node_id>/"

blueprint = Blueprint("console_fleet", __name__, url_prefix="/console/fleet")
blueprint.context_processor(desk.context)
blueprint.context_processor(lambda: {"state_words": _state_words})


class DrainForm(Form):
    """What becomes of the calls that are on there."""

    moves = RadioField(
        _l("What about the calls that are on there?"),
        [chosen(_l("Choose what becomes of them."))],
        choices=(
            ("no", _l("They end there"), _l("It may take until the end of the longest one.")),
            (
                "yes",
                _l("Move them to other machines now"),
                _l("As far as there are places. Picture and sound pause for a moment."),
            ),
        ),
    )


@blueprint.get("/")
@desk.operates
def overview() -> str:
    return render_template("console/fleet/overview.html", fleet=ask(ListNodes()))


@blueprint.get("/nodes")
@desk.operates
def nodes() -> str:
    """The table alone, for the page to refresh itself."""
    return render_template("console/fleet/_nodes.html", fleet=ask(ListNodes()))


@blueprint.get(_PAGE)
@desk.operates
def show(node_id: str) -> str:
    """One node with the leases on it.  Errors: NotFound(node)."""
    view = ask(ShowNode(node_id=node_id))
    by = view.node.drained_by
    return render_template(
        "console/fleet/node.html", node=view.node, leases=view.leases, who=names_of({by})[by] if by else ""
    )


@blueprint.get(_PAGE + "drain")
@desk.operates
def ask_to_drain(node_id: str) -> Any:
    return _show_form(node_id, DrainForm(formdata=None))


@blueprint.post(_PAGE + "drain")
@desk.operates
def drain(node_id: str) -> Any:
    """A second click wants the same once more.  Errors: NotFound(node)."""
    form = DrainForm()
    if not form.validate():
        return _show_form(node_id, form, 422)
    ask(DrainNode(node_id=node_id, staff_id=desk.member().subject_id, moves=form.moves.data == "yes"))
    flash(_("No new calls are placed there from now on."), "done")
    return redirect(url_for("console_fleet.show", node_id=node_id), 303)


@blueprint.post(_PAGE + "resume")
@desk.operates
def resume(node_id: str) -> Any:
    """Errors: NotFound(node)."""
    ask(ResumeNode(node_id=node_id, staff_id=desk.member().subject_id))
    flash(_("New calls are placed there again."), "done")
    return redirect(url_for("console_fleet.show", node_id=node_id), 303)


def _show_form(node_id: str, form: DrainForm, status: int = 200) -> Any:
    node = ask(ShowNode(node_id=node_id)).node
    return render_template("console/fleet/drain.html", node=node, form=form), status


def _state_words(state: str) -> Any:
    return _STATES.get(state, state)
