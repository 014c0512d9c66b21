"""What the call page of either side asks while the call is on: the room's state, the connection, messages."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.room.seat import seat, seat_required
from gateway.error_pages import wants_json
from gateway.room_access import RoomAccess
from services.contracts.errors import BadOffer, InvalidField
from services.contracts.guests import GUEST
from services.contracts.media import AGENT, ConnectToCall, LookAtRoom, RoomView
from services.contracts.relay import GrantRelay
from services.contracts.room_log import PostMessage, TellDetail

MAX_OFFER_BYTES = 64 * 1024

blueprint = Blueprint("exchange", __name__)


@blueprint.get("/rooms/<room_id>/state")
@seat_required
def state(room_id: str) -> dict[str, Any]:
    """What this participant may do now; asked again whenever the log tells of a change."""
    access = seat(room_id)
    return _state(ask(LookAtRoom(room_id=room_id, participant=access.participant)))


@blueprint.post("/rooms/<room_id>/offer")
@seat_required
def offer(room_id: str) -> dict[str, Any]:
    """A session description for an answer (`services/media/SIGNALLING.md`)."""
    access = seat(room_id)
    sdp = _text_of("sdp")
    if not sdp or len(sdp) > MAX_OFFER_BYTES:
        raise BadOffer("too_large" if sdp else "syntax")
    answer = ask(ConnectToCall(room_id=room_id, participant=access.participant, offer_sdp=sdp))
    return {
        "sdp": answer.answer_sdp,
        "node": answer.node_id,
        "epoch": answer.epoch,
        "slot": answer.slot,
        "slots": [{"slot": held.slot, "participant": held.participant_id} for held in answer.slots],
    }


@blueprint.get("/rooms/<room_id>/relay")
@seat_required
def relay(room_id: str) -> dict[str, Any]:
    """The relays by which this participant may reach the call, as browsers take them (`RTCIceServer`)."""
    access = seat(room_id)
    grant = ask(GrantRelay(room_id=room_id, participant=access.participant))
    if not grant.urls:
        return {"ice_servers": []}
    server = {"urls": list(grant.urls), "username": grant.username, "credential": grant.credential}
    return {"ice_servers": [server]}


@blueprint.post("/rooms/<room_id>/messages")
@seat_required
def say(room_id: str) -> Response | dict[str, str]:
    """Say something; the page's key makes a repeated request say it once."""
    access = seat(room_id)
    text, key = (_text_of("text"), _text_of("key")) if request.is_json else _typed()
    posted = ask(
        PostMessage(
            room_id=room_id,
            participant=access.participant,
            message_key=key or secrets.token_hex(16),
            text=text,
        )
    )
    if wants_json():
        return {"message_id": posted.message_id}
    return redirect(page_of(access), 303)


@blueprint.post("/rooms/<room_id>/detail")
@seat_required
def detail(room_id: str) -> dict[str, bool]:
    """Tell the others that this camera shows a paper, `{"on": true}`, or no more."""
    access = seat(room_id)
    body = request.get_json(silent=True)
    on = body.get("on") if isinstance(body, dict) else None
    if not isinstance(on, bool):
        raise InvalidField("on", "missing" if on is None else "type")
    ask(TellDetail(room_id=room_id, participant=access.participant, on=on))
    return {"on": on}


def page_of(access: RoomAccess) -> str:
    """The page on which this participant sees the room; it may belong to another entry than the caller's."""
    if access.participant.role == AGENT:
        return f"/console/rooms/{access.room_id}"
    return "/guest/call" if access.participant.role == GUEST else "/appointment/call"


def _state(view: RoomView) -> dict[str, Any]:
    return {
        "phase": view.phase,
        "seen_at": view.seen_at.isoformat(),
        "closes_at": view.closes_at.isoformat(),
        "agents": len(view.agents_present),
        "admitted": view.admitted,
        "waiting": view.citizen_waiting_since is not None,
    }


def _typed() -> tuple[str, str]:
    return request.form.get("text", ""), request.form.get("key", "")


def _text_of(name: str) -> str:
    """A member of the JSON body.  Raises InvalidField for anything but text."""
    body = request.get_json(silent=True)
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str):
        raise InvalidField(name, "missing" if value is None else "type")
    return value
