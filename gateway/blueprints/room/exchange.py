"""What the call page of either side asks while the call is on: the room's state, the connection, messages."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.room.bodies import body, holders, ice_servers, offered, wire
from gateway.blueprints.room.seat import seat, seat_required, take_for
from gateway.error_pages import wants_json
from gateway.limits.table import CONNECT, DETAIL, MESSAGE
from gateway.room_access import RoomAccess
from gateway.signalling import messages as m
from gateway.signalling.version import agree, require_spoken
from services.contracts.guests import GUEST
from services.contracts.media import AGENT, CallAnswer, ConnectToCall, LookAtRoom, RoomView
from services.contracts.media_errors import LinesBusy
from services.contracts.relay import GrantRelay
from services.contracts.room_log import PostMessage, TellDetail

AGAIN_MS = 2_000
"""After which who waits for a line asks for it again."""

blueprint = Blueprint("exchange", __name__)


@blueprint.post("/rooms/<room_id>/hello")
@seat_required
def hello(room_id: str) -> dict[str, Any]:
    """What this page and we both speak and can; kept nowhere.  Errors: ProtocolMismatch(spoken)."""
    return wire(agree(body(m.Hello)))


@blueprint.get("/rooms/<room_id>/state")
@seat_required
def state(room_id: str) -> dict[str, Any]:
    """What this participant may do now; asked again whenever the log tells of a change."""
    access = seat(room_id)
    return _state(ask(LookAtRoom(room_id=room_id, participant=access.participant)))


@blueprint.post("/rooms/<room_id>/offer")
@seat_required
def offer(room_id: str) -> Any:
    """A session description for an answer (`services/media/SIGNALLING.md`), or for a while to wait."""
    access, brought = seat(room_id), offered(m.Offer)
    require_spoken(brought.version)
    take_for(access, CONNECT)
    connect = ConnectToCall(
        room_id=room_id,
        participant=access.participant,
        offer_sdp=brought.sdp,
        page=brought.page,
        resumes=brought.resumes,
    )
    try:
        return _answer(ask(connect))
    except LinesBusy as busy:
        return wire(m.Wait(ahead=int(busy.details["ahead"]), again_ms=AGAIN_MS)), 202


@blueprint.get("/rooms/<room_id>/relay")
@seat_required
def relay(room_id: str) -> dict[str, Any]:
    """The relays by which this participant may reach the call, as browsers take them (`RTCIceServer`)."""
    access = seat(room_id)
    grant = ask(GrantRelay(room_id=room_id, participant=access.participant))
    return wire(m.Relays(ice_servers=ice_servers(grant)))


@blueprint.post("/rooms/<room_id>/messages")
@seat_required
def say(room_id: str) -> Response | dict[str, Any]:
    """Say something; the page's key makes a repeated request say it once."""
    access, said = seat(room_id), body(m.Say) if request.is_json else _typed()
    take_for(access, MESSAGE)
    key = said.key or secrets.token_hex(16)
    posted = ask(
        PostMessage(room_id=room_id, participant=access.participant, message_key=key, text=said.text)
    )
    if wants_json():
        return wire(m.Said(message_id=posted.message_id))
    return redirect(page_of(access), 303)


@blueprint.post("/rooms/<room_id>/detail")
@seat_required
def detail(room_id: str) -> dict[str, Any]:
    """Tell the others that this camera shows a paper, or no more."""
    access, told = seat(room_id), body(m.Detail)
    take_for(access, DETAIL)
    ask(TellDetail(room_id=room_id, participant=access.participant, on=told.on))
    return wire(told)


def page_of(access: RoomAccess) -> str:
    """The page on which this participant sees the room; it may belong to another entry than the caller's."""
    if access.participant.role == AGENT:
        return f"/console/rooms/{access.room_id}"
    return "/guest/call" if access.participant.role == GUEST else "/appointment/call"


def _state(view: RoomView) -> dict[str, Any]:
    state = m.RoomState(
        phase=view.phase,
        seen_at=view.seen_at,
        closes_at=view.closes_at,
        agents=len(view.agents_present),
        admitted=view.admitted,
        waiting=view.citizen_waiting_since is not None,
    )
    return wire(state)


def _answer(answer: CallAnswer) -> dict[str, Any]:
    given = m.Answer(
        sdp=answer.answer_sdp,
        node=answer.node_id,
        epoch=answer.epoch,
        slot=answer.slot,
        slots=holders(answer.slots),
    )
    return wire(given)


def _typed() -> m.Say:
    return m.Say(text=request.form.get("text", ""), key=request.form.get("key", ""))
