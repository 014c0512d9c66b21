"""What an agent does about who looks after a room, and how it went: under `/console/rooms/<id>`."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from gateway.blueprints.console.colleagues import colleagues
from gateway.blueprints.console.room import access_of, acted, agent_only
from services.contracts.errors import InvalidField
from services.contracts.waiting import HandOver, RecordOutcome, SendBack, TakeOver

blueprint = Blueprint("console_keeping", __name__, url_prefix="/console/rooms/<room_id>")


@blueprint.post("/take-over")
@agent_only
def take_over(room_id: str) -> Response:
    """Come in, and look after it from now on."""
    return acted(room_id, TakeOver)


@blueprint.post("/hand-over")
@agent_only
def hand_over(room_id: str) -> Response:
    """Give it to a colleague.  Errors: InvalidField(agent_id) for who takes no appointments."""
    to = request.form.get("agent_id", "")
    if to not in colleagues().others(access_of(room_id).participant.participant_id):
        raise InvalidField("agent_id", "choice" if to else "missing")
    return acted(room_id, HandOver, agent_id=to)


@blueprint.post("/send-back")
@agent_only
def send_back(room_id: str) -> Response:
    """The citizen waits again until he is let in once more."""
    return acted(room_id, SendBack)


@blueprint.post("/outcome")
@agent_only
def outcome(room_id: str) -> Response:
    """How it went, as the agent says."""
    return acted(room_id, RecordOutcome, outcome=request.form.get("outcome", ""))
