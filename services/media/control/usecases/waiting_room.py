"""The waiting room: who waits for whom, what he may expect, and the alarm where nobody comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.chassis.ids import new_id
from services.contracts.media_events import AgentMissing
from services.contracts.waiting import EstimateWait, ListWaiting, Wait, WaitingRoom
from services.media.control.domain.admission import CITIZEN, Action
from services.media.control.domain.room import Room
from services.media.control.domain.waiting import estimate, missing_since, queue
from services.media.control.usecases.media import (
    Change,
    Entry,
    Media,
    change_room,
    found,
    require,
    who_is,
)
from services.media.control.usecases.views import status

_EARLIER = timedelta(hours=12)
"""Slots that began longer ago than that are over, however long a kind of appointment is."""


def list_waiting(media: Media, _: ListWaiting) -> WaitingRoom:
    """Who waits, in order, and where nobody is."""
    now, rules = media.now(), media.rules
    rooms = media.rooms.starting(now - _EARLIER, now + rules.opens_before + timedelta(milliseconds=1))
    going_on = [room for room in rooms if room.end_seen_at(now, rules) is None]
    unattended = [room for room in going_on if missing_since(room, now, rules)]
    return WaitingRoom(
        waiting=tuple(status(room, now, rules) for room in queue(going_on, now)),
        unattended=tuple(status(room, now, rules) for room in unattended),
    )


def estimate_wait(media: Media, request: EstimateWait) -> Wait:
    """When this citizen can be taken, by what his agent has before him."""
    room, now = found(media, request.room_id), media.now()
    require(room, who_is(request.participant), Action.JOIN, now, media.rules)
    expected = estimate(room, _beside(media, room, now), now, media.rules)
    return Wait(state=expected.state, ahead=expected.ahead, expected_at=expected.expected_at)


def raise_alarm(media: Media, room: Room) -> None:
    """Tell once that no agent has come; nothing where one is here by now, or where it is over."""
    change_room(media, room.room_id, lambda current, now: _alarmed(media, current, now))


def _alarmed(media: Media, room: Room, now: datetime) -> Change:
    """Noted in any case, so that a timer that comes late goes on to the next step."""
    if room.alarmed_at is not None:
        return Change(room=room)
    noted = room.alarmed(now)
    if missing_since(room, now, media.rules) is None:
        return Change(room=noted)
    told = AgentMissing(
        event_id=new_id(),
        occurred_at=now,
        room_id=room.room_id,
        appointment_version=room.version,
        agent_id=room.keeper_id,
        citizen_waits=bool(room.here(CITIZEN)),
    )
    return Change(room=noted, log=(Entry(type="agent_missing"),), events=(told,))


def _beside(media: Media, room: Room, now: datetime) -> list[Room]:
    """The other rooms of the same agent: those that may come before this one, and those just over."""
    if not room.keeper_id or not media.rules.estimates_wait or room.ends_at is None:
        return []
    until = max(now, room.ends_at + media.rules.may_last)
    kept = media.rooms.kept_by(room.keeper_id, now - _EARLIER, until)
    return [other for other in kept if other.room_id != room.room_id]
