"""`/i/<token>` and `/guest`: the way of an invited agent or interpreter into his one room."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.wrappers import Response as FlaskResponse
from werkzeug.wrappers import Response

from gateway.access import anyone
from gateway.backends import ask
from gateway.blueprints.room import shown
from gateway.blueprints.room.checks import own_check
from gateway.blueprints.room.conversation import conversation
from gateway.guest_access import guest_access, guest_required, open_for_guest
from gateway.limits.table import LINK_GUESS
from gateway.limits.taking import note, require
from gateway.room_access import RoomAccess
from services.contracts.errors import NotFound
from services.contracts.media import JoinRoom, LeaveRoom, LookAtRoom, RoomView

blueprint = Blueprint("guest", __name__)
blueprint.context_processor(shown.context)

_BEFORE = frozenset({"early", "open", "waiting", "admitted"})


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.route("/i/<token>", methods=["GET", "POST"])
@anyone
def open_link(token: str) -> Any:
    """Exchange the token for a session and a clean address; a POST brings the proof of work along."""
    require(LINK_GUESS)
    try:
        open_for_guest(token)
    except NotFound:
        note(LINK_GUESS)
        return render_template("link/invalid.html"), 404
    return redirect(url_for("guest.show"), 303)


@blueprint.get("/guest")
@guest_required
def show() -> str:
    """What the guest may do now."""
    access = _access()
    view = _look(access)
    return render_template(
        "guest/show.html",
        view=view,
        is_before=view.phase in _BEFORE,
        access=access,
        check=own_check(access) if view.phase == "open" else None,
    )


@blueprint.post("/guest/join")
@guest_required
def join() -> Response:
    """He is here, and the agent sees it."""
    access = _access()
    ask(JoinRoom(room_id=access.room_id, participant=access.participant))
    return redirect(url_for("guest.call"), 303)


@blueprint.get("/guest/call")
@guest_required
def call() -> Any:
    """The call, once he is let in; who waits asks for it again and again."""
    access = _access()
    view = _look(access)
    if view.phase != "admitted":
        return redirect(url_for("guest.show"), 303)
    return render_template("guest/call.html", view=view, said=conversation(access))


@blueprint.post("/guest/leave")
@guest_required
def leave() -> Response:
    """Away for now."""
    access = _access()
    ask(LeaveRoom(room_id=access.room_id, participant=access.participant))
    return redirect(url_for("guest.show"), 303)


def _look(access: RoomAccess) -> RoomView:
    return ask(LookAtRoom(room_id=access.room_id, participant=access.participant))


def _access() -> RoomAccess:
    access = guest_access()
    assert access is not None, "the policy has looked"
    return access


@blueprint.after_request
def _keep_the_address_here(response: FlaskResponse) -> FlaskResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
