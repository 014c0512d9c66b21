"""What an agent does about who looks after a room, and how it went: under `/console/rooms/<id>`."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.console.colleagues import colleagues
from gateway.blueprints.console.room import access_of, agent_only, back_to
from services.contracts.errors import InvalidField
from services.contracts.waiting import HandOver, RecordOutcome, SendBack, TakeOver

blueprint = Blueprint("console_keeping", __name__, url_prefix="/console/rooms/<room_id>")


@blueprint.post("/take-over")
@agent_only
def take_over(room_id: str) -> Response:
    """Come in, and look after it from now on."""
    ask(TakeOver(room_id=room_id, participant=access_of(room_id).participant))
    return back_to(room_id)


@blueprint.post("/hand-over")
@agent_only
def hand_over(room_id: str) -> Response:
    """Give it to a colleague.  Errors: InvalidField(agent_id) for who takes no appointments."""
    to, participant = request.form.get("agent_id", ""), access_of(room_id).participant
    if to not in colleagues().others(participant.participant_id):
        raise InvalidField("agent_id", "choice" if to else "missing")
    ask(HandOver(room_id=room_id, participant=participant, agent_id=to))
    return back_to(room_id)


@blueprint.post("/send-back")
@agent_only
def send_back(room_id: str) -> Response:
    """The citizen waits again until he is let in once more."""
    ask(SendBack(room_id=room_id, participant=access_of(room_id).participant))
    return back_to(room_id)


@blueprint.post("/outcome")
@agent_only
def outcome(room_id: str) -> Response:
    """How it went, as the agent says."""
    said = request.form.get("outcome", "")
    ask(RecordOutcome(room_id=room_id, participant=access_of(room_id).participant, outcome=said))
    return back_to(room_id)
