"""Coming and going: join, leave, admit, end, reopen."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from services.chassis.codec import to_wire
from services.chassis.ids import new_id
from services.contracts.errors import InvalidField, PlatformError
from services.contracts.media import (
    AdmitCitizen,
    EndCall,
    Identified,
    JoinRoom,
    LeaveRoom,
    ReopenCall,
    RoomView,
)
from services.contracts.media_errors import RoomFull
from services.contracts.media_events import CallBegan, CitizenJoined
from services.contracts.wire import Event
from services.media.control.domain.admission import AGENT, CITIZEN, GUEST, Action, Phase
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.usecases.media import Change, Entry, Media, change_room, require, who_is
from services.media.control.usecases.tending import end_change, tend_room
from services.media.control.usecases.views import view

_log = logging.getLogger(__name__)
_LONGEST_PROOF = 300
"""Characters of a name, a method or a level."""


def join_room(media: Media, request: JoinRoom) -> RoomView:
    """Be in the room from now on; the first citizen's arrival is told."""
    who, proof = who_is(request.participant), _proof(request.identified)
    if who.role not in (CITIZEN, AGENT, GUEST):
        raise InvalidField("role", "choice")

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.JOIN, now, media.rules)
        return joined(media, room, who, now, proof)

    return _seen(media, change_room(media, request.room_id, decide), who)


def leave_room(media: Media, request: LeaveRoom) -> RoomView:
    """Be away for now; nothing is lost by it."""
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        left = room.left(who, now)
        return Change(room=left, log=_told("left", who) if left is not room else ())

    return _seen(media, change_room(media, request.room_id, decide), who)


def admit_citizen(media: Media, request: AdmitCitizen) -> RoomView:
    """The agent lets the call begin, and is in the room from then on."""
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.ADMIT, now, media.rules)
        came = joined(media, room, who, now)
        if came.room.is_admitted:
            return came
        told = Entry(type="admitted", by=who.participant_id)
        began = () if room.admitted_at else (_call_began(room, who, now),)
        admitted = came.room.admitted(now, who.participant_id)
        return Change(room=admitted, log=(*came.log, told), events=(*came.events, *began))

    return _seen(media, change_room(media, request.room_id, decide), who)


def end_call(media: Media, request: EndCall) -> RoomView:
    """Everybody is disconnected, the time until forgetting begins."""
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        verdict = room.admission(who, now, media.rules)
        if verdict.phase is Phase.DOCUMENTS and verdict.allows(Action.READ) and who.role == AGENT:
            return Change(room=room)
        require(room, who, Action.END, now, media.rules)
        return end_change(room, now, now, by=who.participant_id)

    room = change_room(media, request.room_id, decide)
    tend_now_or_later(media, room.room_id)
    return _seen(media, room, who)


def reopen_call(media: Media, request: ReopenCall) -> RoomView:
    """The agent takes an end back; everybody may come in again."""
    who = who_is(request.participant)

    def decide(room: Room, now: datetime) -> Change:
        if room.admission(who, now, media.rules).allows(Action.END):
            return Change(room=room)
        require(room, who, Action.REOPEN, now, media.rules)
        return Change(room=room.reopened(), log=(Entry(type="reopened", by=who.participant_id),))

    return _seen(media, change_room(media, request.room_id, decide), who)


def _proof(identified: Identified | None) -> dict[str, str]:
    """What the room is told of it.  Errors: InvalidField(identified.<field>, too_long)."""
    proof = to_wire(identified) if identified else {}
    for name, text in proof.items():
        if len(text) > _LONGEST_PROOF:
            raise InvalidField(f"identified.{name}", "too_long")
    return dict(proof)


def joined(
    media: Media, room: Room, who: Who, now: datetime, proof: Mapping[str, str] | None = None
) -> Change:
    """Come in, where leave was given.  Errors: RoomFull."""
    here = room.joined(who, now)
    if here is room:
        return Change(room=room)
    if not room.has_place_for(who, media.rules):
        raise RoomFull
    first = who.role == CITIZEN and not room.citizen_joined
    events: tuple[Event, ...] = (_citizen_joined(room, now),) if first else ()
    return Change(room=here, log=_told("joined", who, proof), events=events)


def _citizen_joined(room: Room, now: datetime) -> CitizenJoined:
    return CitizenJoined(
        event_id=new_id(), occurred_at=now, room_id=room.room_id, appointment_version=room.version
    )


def _call_began(room: Room, who: Who, now: datetime) -> CallBegan:
    return CallBegan(
        event_id=new_id(),
        occurred_at=now,
        room_id=room.room_id,
        appointment_version=room.version,
        agent_id=who.participant_id,
    )


def _told(what: str, who: Who, proof: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    return (Entry(type=what, by=who.participant_id, data={"role": who.role, **(proof or {})}),)


def tend_now_or_later(media: Media, room_id: str) -> None:
    """What is to be done is stored: if the SFU cannot be told now, the timer tells it."""
    try:
        tend_room(media, room_id)
    except PlatformError:
        _log.warning("the timer will disconnect the room", extra={"room_id": room_id})


def _seen(media: Media, room: Room, who: Who) -> RoomView:
    return view(room, who, media.now(), media.rules)
