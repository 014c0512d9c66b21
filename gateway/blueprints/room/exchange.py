"""What the call page of either side asks while the call is on: the room's state, the connection, messages."""

from __future__ import annotations

import secrets
from typing import Any, TypeVar

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.room.seat import seat, seat_required
from gateway.error_pages import wants_json
from gateway.limits.table import CONNECT, DETAIL, MESSAGE, Limit
from gateway.limits.taking import take
from gateway.room_access import RoomAccess
from gateway.signalling import messages as m
from gateway.signalling.version import agree, require_spoken
from services.chassis.codec import from_wire, to_wire
from services.contracts.errors import BadOffer, InvalidField, LinesBusy
from services.contracts.guests import GUEST
from services.contracts.media import AGENT, CallAnswer, ConnectToCall, LookAtRoom, RoomView
from services.contracts.relay import GrantRelay
from services.contracts.room_log import PostMessage, TellDetail

BodyT = TypeVar("BodyT")

AGAIN_MS = 2_000
"""After which who waits for a line asks for it again."""

blueprint = Blueprint("exchange", __name__)


@blueprint.post("/rooms/<room_id>/hello")
@seat_required
def hello(room_id: str) -> dict[str, Any]:
    """What this page and we both speak and can; kept nowhere.  Errors: ProtocolMismatch(spoken)."""
    return _wire(agree(_body(m.Hello)))


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
    access, offered = seat(room_id), _offer()
    require_spoken(offered.version)
    _take(CONNECT, access)
    request = ConnectToCall(
        room_id=room_id,
        participant=access.participant,
        offer_sdp=offered.sdp,
        page=offered.page,
        resumes=offered.resumes,
    )
    try:
        return _answer(ask(request))
    except LinesBusy as busy:
        return _wire(m.Wait(ahead=int(busy.details["ahead"]), again_ms=AGAIN_MS)), 202


@blueprint.get("/rooms/<room_id>/relay")
@seat_required
def relay(room_id: str) -> dict[str, Any]:
    """The relays by which this participant may reach the call, as browsers take them (`RTCIceServer`)."""
    access = seat(room_id)
    grant = ask(GrantRelay(room_id=room_id, participant=access.participant))
    server = m.IceServer(urls=grant.urls, username=grant.username, credential=grant.credential)
    return _wire(m.Relays(ice_servers=(server,) if grant.urls else ()))


@blueprint.post("/rooms/<room_id>/messages")
@seat_required
def say(room_id: str) -> Response | dict[str, Any]:
    """Say something; the page's key makes a repeated request say it once."""
    access, said = seat(room_id), _body(m.Say) if request.is_json else _typed()
    _take(MESSAGE, access)
    key = said.key or secrets.token_hex(16)
    posted = ask(
        PostMessage(room_id=room_id, participant=access.participant, message_key=key, text=said.text)
    )
    if wants_json():
        return _wire(m.Said(message_id=posted.message_id))
    return redirect(page_of(access), 303)


@blueprint.post("/rooms/<room_id>/detail")
@seat_required
def detail(room_id: str) -> dict[str, Any]:
    """Tell the others that this camera shows a paper, or no more."""
    access, told = seat(room_id), _body(m.Detail)
    _take(DETAIL, access)
    ask(TellDetail(room_id=room_id, participant=access.participant, on=told.on))
    return _wire(told)


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
    return _wire(state)


def _answer(answer: CallAnswer) -> dict[str, Any]:
    given = m.Answer(
        sdp=answer.answer_sdp,
        node=answer.node_id,
        epoch=answer.epoch,
        slot=answer.slot,
        slots=tuple(m.Holder(slot=held.slot, participant=held.participant_id) for held in answer.slots),
    )
    return _wire(given)


def _offer() -> m.Offer:
    """Errors: BadOffer(too_large | syntax), InvalidField."""
    try:
        offered = _body(m.Offer)
    except InvalidField as fault:
        if fault.args in (("sdp", "too_long"), ("message", "too_long")):
            raise BadOffer("too_large") from None
        raise
    if not offered.sdp or len(offered.sdp) > m.MAX_OFFER_CHARS:
        raise BadOffer("too_large" if offered.sdp else "syntax")
    return offered


def _typed() -> m.Say:
    return m.Say(text=request.form.get("text", ""), key=request.form.get("key", ""))


def _body(shape: type[BodyT]) -> BodyT:
    """The JSON body.  Raises InvalidField for anything but the declared shape."""
    return from_wire(shape, request.get_json(silent=True))


def _wire(said: Any) -> dict[str, Any]:
    return dict(to_wire(said))


def _take(limit: Limit, access: RoomAccess) -> None:
    """Counted by participant: nobody's haste is another's wait.  Errors: TooManyRequests(seconds)."""
    take(limit, f"participant {access.participant.participant_id} of {access.room_id}")
