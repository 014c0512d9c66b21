"""`/rooms/<id>/checks`: the device check before the call, its outcome in words, and the helpdesk's report."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, render_template, request

from gateway import check_words
from gateway.backends import ask
from gateway.blueprints.room.bodies import body, holders, ice_servers, offered, wire
from gateway.blueprints.room.seat import seat, seat_required, take_for
from gateway.device import device_of
from gateway.limits.table import CHECK_FOUND, CHECK_LINE, CONNECT
from gateway.room_access import RoomAccess
from gateway.signalling import messages as m
from services.contracts.device_check import (
    ConnectToLine,
    DeviceCheck,
    Findings,
    ListChecks,
    OpenLine,
    RecordCheck,
)
from services.contracts.errors import NotFound, PlatformError

blueprint = Blueprint("checks", __name__, url_prefix="/rooms/<room_id>/checks")
blueprint.context_processor(check_words.context)


@blueprint.post("")
@seat_required
def open_line(room_id: str) -> dict[str, Any]:
    """Leave to measure for a while, and by which relays."""
    access = seat(room_id)
    take_for(access, CHECK_LINE)
    line = ask(OpenLine(room_id=room_id, participant=access.participant))
    relays = ice_servers(line.relay)
    return wire(m.CheckLine(check=line.check_id, seconds=line.seconds, ice_servers=relays))


@blueprint.post("/<check_id>/offer")
@seat_required
def offer(room_id: str, check_id: str) -> dict[str, Any]:
    """The offer of one of the two connections, for an answer (`services/media/SIGNALLING.md`)."""
    access, brought = seat(room_id), offered(m.CheckOffer)
    take_for(access, CONNECT)
    connect = ConnectToLine(
        room_id=room_id,
        participant=access.participant,
        check_id=check_id,
        side=brought.side,
        offer_sdp=brought.sdp,
    )
    answer = ask(connect)
    return wire(m.CheckAnswer(sdp=answer.answer_sdp, slot=answer.slot, slots=holders(answer.slots)))


@blueprint.post("/findings")
@seat_required
def keep(room_id: str) -> dict[str, Any]:
    """What the page has found out so far; browser and system are read from the request."""
    access, found = seat(room_id), body(m.CheckFindings)
    take_for(access, CHECK_FOUND)
    device = device_of(request.headers.get("User-Agent", ""))
    findings = Findings(**asdict(found), browser=device.browser, system=device.system)
    kept = ask(RecordCheck(room_id=room_id, participant=access.participant, findings=findings))
    return wire(m.CheckRated(rating=kept.rating))


@blueprint.get("")
@seat_required
def outcome(room_id: str) -> str:
    """The last check in words: a part of the page on which it is made; empty before the first."""
    access = seat(room_id)
    return render_template("room/_checked.html", room_id=room_id, check=own_check(access), access=access)


@blueprint.get("/report")
@seat_required
def report(room_id: str) -> Response:
    """The last check as a text for the helpdesk: what was found, and nothing on the person.

    Errors: NotFound(check).
    """
    check = own_check(seat(room_id))
    if check is None:
        raise NotFound("check")
    text = render_template("room/check_report.txt", code=room_id[:8], check=check)
    headers = {"Content-Disposition": f"attachment; filename=check-{room_id[:8]}.txt"}
    return Response(text, mimetype="text/plain", headers=headers)


def own_check(access: RoomAccess) -> DeviceCheck | None:
    """The last one of a citizen or a guest."""
    return next(iter(checks_of(access)), None)


def checks_of(access: RoomAccess) -> tuple[DeviceCheck, ...]:
    """One's own, or everybody's for an agent; pages are of use without them."""
    try:
        return ask(ListChecks(room_id=access.room_id, participant=access.participant)).checks
    except PlatformError:
        return ()
