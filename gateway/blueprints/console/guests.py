"""`/console/rooms/<id>/guests`: the agent invites, lets in and revokes; the links are shown to him alone."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.console.invited import guests_of
from gateway.blueprints.console.room import access_of, agent_only, back_to
from services.contracts.guests import (
    InviteGuest,
    LetGuestIn,
    RevokeInvitation,
)

blueprint = Blueprint("console_guests", __name__, url_prefix="/console/rooms/<room_id>/guests")


@blueprint.get("")
@agent_only
def listed(room_id: str) -> str:
    """Who is invited, and whether he is here: a part of the room's page, as it is now."""
    return render_template("console/_invited.html", room_id=room_id, guests=guests_of(access_of(room_id)))


@blueprint.post("")
@agent_only
def invite(room_id: str) -> Response:
    """One more; the form's key makes a second click the same."""
    ask(
        InviteGuest(
            room_id=room_id,
            participant=access_of(room_id).participant,
            kind=request.form.get("kind", ""),
            idempotency_key=request.form.get("request_key", ""),
        )
    )
    return back_to(room_id)


@blueprint.post("/<guest_id>/let-in")
@agent_only
def let_in(room_id: str, guest_id: str) -> Response:
    ask(LetGuestIn(room_id=room_id, participant=access_of(room_id).participant, guest_id=guest_id))
    return back_to(room_id)


@blueprint.post("/<guest_id>/revoke")
@agent_only
def revoke(room_id: str, guest_id: str) -> Response:
    """Out at once, and the link is void."""
    ask(RevokeInvitation(room_id=room_id, participant=access_of(room_id).participant, guest_id=guest_id))
    return back_to(room_id)
