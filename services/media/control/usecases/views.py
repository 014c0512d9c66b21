"""What is shown of a room."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.contracts.errors import InvalidField, NotFound
from services.contracts.media import ListRooms, LookAtRoom, RoomStatus, RoomStatuses, RoomView
from services.media.control.domain.admission import AGENT, Phase
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.domain.schedule import forget_at
from services.media.control.domain.waiting import missing_since, waiting_since, waits_as
from services.media.control.usecases.media import Media, found, who_is

_LONGEST_LIST = timedelta(hours=48)
_ANY_AGENT = Who(participant_id="", role=AGENT)


def look_at_room(media: Media, request: LookAtRoom) -> RoomView:
    """What this participant may do now; changes nothing."""
    room, now = found(media, request.room_id), media.now()
    return view(room, who_is(request.participant), now, media.rules)


def list_rooms(media: Media, request: ListRooms) -> RoomStatuses:
    """The console's list: drafts and cancelled rooms are left out."""
    if not timedelta(0) < request.last - request.first <= _LONGEST_LIST:
        raise InvalidField("last", "range")
    now = media.now()
    statuses = (status(room, now, media.rules) for room in media.rooms.starting(request.first, request.last))
    return RoomStatuses(rooms=tuple(s for s in statuses if s.phase != Phase.CANCELLED))


def view(room: Room, who: Who, now: datetime, rules: Rules) -> RoomView:
    """Raises NotFound(room) for a draft: nobody has an appointment there."""
    if room.starts_at is None or room.ends_at is None:
        raise NotFound("room")
    ended = room.end_seen_at(now, rules)
    return RoomView(
        room_id=room.room_id,
        phase=room.admission(who, now, rules).phase,
        seen_at=now,
        opens_at=room.starts_at - rules.opens_before,
        starts_at=room.starts_at,
        ends_at=room.ends_at,
        closes_at=room.ends_at + rules.may_last,
        forget_at=forget_at(room, ended, rules) if ended else None,
        citizen_waiting_since=waiting_since(room),
        agents_present=tuple(presence.participant_id for presence in room.here(AGENT)),
        admitted=room.is_admitted,
        waiting_as=waits_as(room) or "",
        keeper_id=room.keeper_id,
        agent_missing_since=missing_since(room, now, rules),
        outcome=room.recorded or room.outcome or "",
    )


def status(room: Room, now: datetime, rules: Rules) -> RoomStatus:
    """One line of a list, as an agent sees it."""
    seen = view(room, _ANY_AGENT, now, rules)
    return RoomStatus(
        room_id=seen.room_id,
        phase=seen.phase,
        starts_at=seen.starts_at,
        citizen_waiting_since=seen.citizen_waiting_since,
        agents_present=seen.agents_present,
        admitted=seen.admitted,
        waiting_as=seen.waiting_as,
        keeper_id=seen.keeper_id,
        agent_missing_since=seen.agent_missing_since,
    )
