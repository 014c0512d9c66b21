"""Looking after a room: taking it over, handing it over, sending the citizen back, saying how it went."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.contracts.errors import InvalidField, StaleVersion
from services.contracts.media import RoomView
from services.contracts.waiting import OUTCOMES, HandOver, RecordOutcome, SendBack, TakeOver
from services.media.control.domain.admission import Action
from services.media.control.domain.outcome import Outcome
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Entry, Media, change_room, require, who_is
from services.media.control.usecases.presence import joined, tend_now_or_later
from services.media.control.usecases.tending import ended_event
from services.media.control.usecases.views import view

_LONGEST_ID = 200


def take_over(media: Media, request: TakeOver) -> RoomView:
    """The agent comes in, and the room is his from now on."""
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.TAKE_OVER, now, media.rules)
        came = joined(media, room, who, now)
        kept = _kept_by(came.room, who, who.participant_id)
        return Change(room=kept.room, log=(*came.log, *kept.log), events=came.events)

    return _seen(media, change_room(media, request.room_id, decide), who)


def hand_over(media: Media, request: HandOver) -> RoomView:
    """The room is the colleague's from now on; who hands it over is still in it."""
    who, to = who_is(request.participant), request.agent_id
    if not to or len(to) > _LONGEST_ID:
        raise InvalidField("agent_id", "too_long" if to else "missing")

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.HAND_OVER, now, media.rules)
        return _kept_by(room, who, to)

    return _seen(media, change_room(media, request.room_id, decide), who)


def send_back(media: Media, request: SendBack) -> RoomView:
    """The citizen waits again, and the SFU lets go of everybody."""
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        if room.sent_back_at is not None and room.admission(who, now, media.rules).allows(Action.HAND_OVER):
            return Change(room=room)
        require(room, who, Action.SEND_BACK, now, media.rules)
        return Change(room=room.sent_back(now), log=(Entry(type="sent_back", by=who.participant_id),))

    room = change_room(media, request.room_id, decide)
    tend_now_or_later(media, room.room_id)
    return _seen(media, room, who)


def record_outcome(media: Media, request: RecordOutcome) -> RoomView:
    """What the agent says counts; saying the same again tells nothing."""
    who = who_is(request.participant)
    if request.outcome not in OUTCOMES:
        raise InvalidField("outcome", "choice")
    outcome = Outcome(request.outcome)

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.RECORD, now, media.rules)
        if outcome is (room.recorded or room.outcome):
            return Change(room=room)
        if room.ended_at is None:
            raise StaleVersion("room")  # the time has ended it, and the timer is about to store that
        told = ended_event(room, room.ended_at, now, str(outcome), by=who.participant_id)
        entry = Entry(type="outcome", by=who.participant_id)
        return Change(room=replace(room, recorded=outcome), log=(entry,), events=(told,))

    return _seen(media, change_room(media, request.room_id, decide), who)


def _kept_by(room: Room, who: Who, agent_id: str) -> Change:
    if room.keeper_id == agent_id:
        return Change(room=room)
    told = Entry(type="handed_over", by=who.participant_id, data={"to": agent_id})
    return Change(room=room.kept_by(agent_id), log=(told,))


def _seen(media: Media, room: Room, who: Who) -> RoomView:
    return view(room, who, media.now(), media.rules)
