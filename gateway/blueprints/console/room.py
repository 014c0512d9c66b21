"""`/console/rooms/<id>`: one room as its agent sees it, and what he does there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.access import staff_required
from gateway.backends import ask
from gateway.blueprints.console.colleagues import colleagues
from gateway.blueprints.console.copies import named_copies
from gateway.blueprints.console.invited import guests_of
from gateway.blueprints.room import shown
from gateway.blueprints.room.checks import checks_of
from gateway.blueprints.room.conversation import Conversation, conversation
from gateway.room_access import RoomAccess, agent_access
from services.chassis.ids import new_id
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.errors import NotAllowed, NotFound, PlatformError
from services.contracts.media import (
    AdmitCitizen,
    EndCall,
    JoinRoom,
    LeaveRoom,
    LookAtRoom,
    ReopenCall,
    RoomView,
)
from services.contracts.media_errors import RoomForgotten, TooEarly
from services.contracts.wire import Request

blueprint = Blueprint("console_room", __name__, url_prefix="/console/rooms")
blueprint.context_processor(shown.context)

agent_only = staff_required("agent")

_NOTHING_TO_READ: tuple[type[PlatformError], ...] = (NotAllowed, NotFound, RoomForgotten, TooEarly)


@blueprint.get("/<room_id>")
@agent_only
def show(room_id: str) -> str:
    """The citizen's data, the call, what was shared; opening it changes nothing."""
    access = access_of(room_id)
    view = ask(LookAtRoom(room_id=room_id, participant=access.participant))
    appointment, said = booked(room_id), _said(access, view)
    here = access.participant.participant_id in view.agents_present
    return render_template(
        "console/room.html",
        view=view,
        here=here,
        in_call=here and view.phase in ("waiting", "admitted"),
        appointment=appointment,
        said=said,
        copies=named_copies(appointment, said.identity_copies) if said else (),
        checks=checks_of(access),
        agent_names=_filed_by(said),
        **_keeping(access, view),
    )


@blueprint.get("/<room_id>/people")
@agent_only
def people(room_id: str) -> str:
    """Who of the company has joined and how he is identified: a part of the page, as it is now."""
    access = access_of(room_id)
    said = _said(access, ask(LookAtRoom(room_id=room_id, participant=access.participant)))
    return render_template("console/_people.html", said=said)


@blueprint.post("/<room_id>/join")
@agent_only
def join(room_id: str) -> Response:
    """Be in the room; the citizen sees that an agent is there."""
    return acted(room_id, JoinRoom)


@blueprint.post("/<room_id>/admit")
@agent_only
def admit(room_id: str) -> Response:
    """Let the call begin."""
    return acted(room_id, AdmitCitizen)


@blueprint.post("/<room_id>/end")
@agent_only
def end(room_id: str) -> Response:
    """End the call for everybody; the page has asked twice."""
    return acted(room_id, EndCall)


@blueprint.post("/<room_id>/reopen")
@agent_only
def reopen(room_id: str) -> Response:
    """Take the end back, and be there again."""
    participant = access_of(room_id).participant
    ask(ReopenCall(room_id=room_id, participant=participant))
    ask(JoinRoom(room_id=room_id, participant=participant))
    return back_to(room_id)


@blueprint.post("/<room_id>/leave")
@agent_only
def leave(room_id: str) -> Response:
    """Away for now; the call goes on without this agent."""
    ask(LeaveRoom(room_id=room_id, participant=access_of(room_id).participant))
    return redirect(url_for("console.today"), 303)


def _keeping(access: RoomAccess, view: RoomView) -> dict[str, Any]:
    """Names of who looks after the room, and to whom it can be handed; none once it is over."""
    if view.phase not in ("open", "waiting", "admitted"):
        return {}
    me, agents = access.participant.participant_id, colleagues()
    names = {"me": me, "keeper": agents.name(view.keeper_id), "colleagues": agents.others(me)}
    return names | _guests(access, view)


def _filed_by(said: Conversation | None) -> dict[str, str]:
    """Names of the agents who handed documents over, by their ids."""
    filers = {one.filing.agent_id for one in said.filed if one.filing} if said else set()
    agents = colleagues() if filers else None
    return {filer: agents.name(filer) for filer in filers} if agents else {}


def _guests(access: RoomAccess, view: RoomView) -> dict[str, Any]:
    """Who is invited; nothing for an agent who is not in a call."""
    here = access.participant.participant_id in view.agents_present
    in_call = here and view.phase in ("waiting", "admitted")
    return {"guests": guests_of(access), "request_key": new_id()} if in_call else {}


def access_of(room_id: str) -> RoomAccess:
    """The room as the agent enters it whom the policy has let pass."""
    access = agent_access(room_id)
    assert access is not None, "the policy has looked"
    return access


def acted(room_id: str, what: Callable[..., Request[Any]], **said: str) -> Response:
    """Ask it of `media` for the agent whom the policy has let pass, and show the room again."""
    ask(what(room_id=room_id, participant=access_of(room_id).participant, **said))
    return back_to(room_id)


def back_to(room_id: str) -> Response:
    """The room's page again, whatever was done there."""
    return redirect(url_for("console_room.show", room_id=room_id), 303)


def booked(room_id: str) -> Appointment | None:
    """None once booking has forgotten the person."""
    try:
        return ask(GetAppointment(appointment_id=room_id))
    except NotFound:
        return None


def _said(access: RoomAccess, view: RoomView) -> Conversation | None:
    """What was written and shared, for agents who are or were in the room."""
    if view.phase not in ("open", "waiting", "admitted", "documents"):
        return None
    try:
        return conversation(access)
    except _NOTHING_TO_READ:
        return None
