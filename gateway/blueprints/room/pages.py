"""`/appointment`: the citizen's own pages, one for each phase of his room."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.room import shown
from gateway.blueprints.room.checks import own_check
from gateway.blueprints.room.conversation import Conversation, conversation
from gateway.blueprints.room.wait import wait_of
from gateway.deletion import Proved, proved
from gateway.i18n import language
from gateway.letter import letter
from gateway.room_access import RoomAccess, room_access, room_required
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.deletion import ListRecordKeys, ShowDeletionRecords
from services.contracts.errors import NotFound, ServiceUnavailable
from services.contracts.media import JoinRoom, LeaveRoom, LookAtRoom, RoomView

CALL_PHASES = frozenset({"waiting", "admitted"})
OVER_PHASES = frozenset({"late", "forgotten", "cancelled"})

blueprint = Blueprint("room", __name__)
blueprint.context_processor(shown.context)


@blueprint.get("/appointment")
@room_required
def appointment() -> str:
    """What the citizen may do now, in words; opening it changes nothing."""
    access = _access()
    view, booked = _look(access), _booked(access)
    cancelled = booked is not None and booked.state == "cancelled"  # the room learns of it a moment later
    return render_template(
        f"room/{'cancelled' if cancelled else view.phase}.html",
        view=view,
        appointment=booked,
        said=_conversation(access, view),
        as_member=bool(access.space_id),
        access=access,
        check=own_check(access) if view.phase == "early" else None,
        deleted=_deleted(access, view),
    )


@blueprint.get("/appointment/confirmation.pdf")
@room_required
def printed() -> Response:
    """The confirmation to keep, in the language of the pages: the applicant's, with his link.

    Errors: NotFound(appointment) for another member of the space.
    """
    if _access().space_id:
        raise NotFound("appointment")
    return letter(ask(GetAppointment(appointment_id=_access().room_id)), language())


@blueprint.get("/appointment/waiting-room")
@room_required
def waiting_room() -> str | Response:
    """The check of microphone and camera before joining."""
    access = _access()
    view = _look(access)
    if view.phase != "open":
        return redirect(url_for("room.appointment"), 303)
    return render_template(
        "room/waiting_room.html",
        view=view,
        appointment=_booked(access),
        access=access,
        check=own_check(access),
    )


@blueprint.post("/appointment/join")
@room_required
def join() -> Response:
    """ "Join the call": from now on the citizen is in the waiting room, or back in the call."""
    access = _access()
    ask(JoinRoom(room_id=access.room_id, participant=access.participant, identified=access.identified))
    return redirect(url_for("room.call"), 303)


@blueprint.get("/appointment/call")
@room_required
def call() -> str | Response:
    """Waiting room and call; a reload in mid-call comes back here."""
    access = _access()
    view = _look(access)
    if view.phase not in CALL_PHASES:
        return redirect(url_for("room.appointment"), 303)
    return render_template(
        "room/call.html",
        view=view,
        wait=wait_of(access, view),
        appointment=_booked(access),
        said=conversation(access),
    )


@blueprint.post("/appointment/leave")
@room_required
def leave() -> Response:
    """Away for now; the link leads back."""
    access = _access()
    ask(LeaveRoom(room_id=access.room_id, participant=access.participant))
    return redirect(url_for("room.appointment"), 303)


def _look(access: RoomAccess) -> RoomView:
    """The room as this citizen sees it.

    Booked a moment ago, `media` may not have heard of it yet: that passes, and is no broken link.
    Raises NotFound(appointment), ServiceUnavailable(media).
    """
    try:
        return ask(LookAtRoom(room_id=access.room_id, participant=access.participant))
    except NotFound:
        ask(GetAppointment(appointment_id=access.room_id))
        raise ServiceUnavailable("media") from None


def _access() -> RoomAccess:
    access = room_access()
    assert access is not None, "room_required has looked"
    return access


def _booked(access: RoomAccess) -> Appointment | None:
    """The appointment in booking's words; None once booking has forgotten the person."""
    try:
        return ask(GetAppointment(appointment_id=access.room_id))
    except NotFound:
        return None


def _deleted(access: RoomAccess, view: RoomView) -> list[Proved]:
    """What is proved of what was in the room, once it is gone."""
    if view.phase not in OVER_PHASES:
        return []
    records = ask(ShowDeletionRecords(room_id=access.room_id)).records
    return proved(records, ask(ListRecordKeys()), access.room_id) if records else []


def _conversation(access: RoomAccess, view: RoomView) -> Conversation | None:
    """What was written and shared, where it can still be read."""
    return conversation(access) if view.phase == "documents" else None
