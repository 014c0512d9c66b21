"""Who waits, in which order, and until when: from calls and calendar alone, without a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.media.control.domain.admission import AGENT, CITIZEN, State
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules


class As(StrEnum):
    """What somebody waits for; the contract explains them."""

    NEW = "new"
    RETURNED = "returned"
    SENT_BACK = "sent_back"


class WaitState(StrEnum):
    """What can be said to somebody who waits; the contract explains them."""

    OFF = "off"
    HERE = "here"
    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    state: WaitState
    ahead: int = 0
    expected_at: datetime | None = None


def waits_as(room: Room) -> As | None:
    """Why a citizen who is here is not in a call; None where nobody waits."""
    if room.ended_at is not None or room.gone_at is not None or not room.here(CITIZEN):
        return None
    if room.admitted_at is None:
        return As.NEW
    if room.sent_back_at is not None:
        return As.SENT_BACK
    return None if room.here(AGENT) else As.RETURNED


def waiting_since(room: Room) -> datetime | None:
    """Since when the first of the citizens who are here waits."""
    why = waits_as(room)
    if why is None:
        return None
    came = room.here(CITIZEN)[0].here_since
    alone = [p.away_since for p in room.presences if p.role == AGENT] if why is As.RETURNED else []
    return max(instant for instant in (came, room.sent_back_at, *alone) if instant is not None)


def missing_from(room: Room, rules: Rules) -> datetime | None:
    """From when on it is too long without an agent; None where one is here or is not needed.

    Who has been there and has gone again, because no citizen came, is not missed.
    """
    if room.state is not State.BOOKED or room.starts_at is None or room.gone_at is not None:
        return None
    if room.ended_at is not None or room.admitted_at is not None or room.here(AGENT):
        return None
    is_needed = bool(room.here(CITIZEN)) or not room.agent_came
    return room.starts_at + rules.missing_after if is_needed else None


def missing_since(room: Room, now: datetime, rules: Rules) -> datetime | None:
    """The same, once that instant has come and while the consultation has not ended."""
    at = missing_from(room, rules)
    return at if at is not None and at <= now and room.end_seen_at(now, rules) is None else None


def queue(rooms: Iterable[Room]) -> tuple[Room, ...]:
    """The rooms in which somebody waits, in the order in which they can be taken."""
    return tuple(sorted((room for room in rooms if waits_as(room) is not None), key=_turn))


def estimate(room: Room, others: Sequence[Room], now: datetime, rules: Rules) -> Estimate:
    """When the keeper of `room` can take it; `others` are the rooms that he keeps beside it."""
    if not rules.estimates_wait or room.starts_at is None:
        return Estimate(state=WaitState.OFF)
    if room.here(AGENT):
        return Estimate(state=WaitState.HERE)
    if missing_since(room, now, rules):
        return Estimate(state=WaitState.MISSING)
    return _by_slots(room, room.starts_at, others, now, rules)


def _by_slots(
    room: Room, starts_at: datetime, others: Sequence[Room], now: datetime, rules: Rules
) -> Estimate:
    mine = _turn(room, now)
    ahead = [other for other in queue(others) if _turn(other) < mine]
    between = [other for other in others if _will_come(other, now) and _turn(other, now) < mine]
    in_call = [other for other in others if _talks(other)]
    count = len(ahead)
    if any(_has_no_end(other, now) for other in (*in_call, *ahead)):
        return Estimate(state=WaitState.UNKNOWN, ahead=count)
    free_at = max((_end(other) + rules.wrap_up for other in in_call), default=now)
    for other in sorted((*ahead, *between), key=lambda one: _turn(one, now)):
        free_at = _begun(other, free_at) + _length(other) + rules.wrap_up
    state = WaitState.BUSY if free_at > max(now, starts_at) else WaitState.FREE
    return Estimate(state=state, ahead=count, expected_at=max(free_at, now, starts_at))


def _turn(room: Room, now: datetime | None = None) -> tuple[datetime, datetime, str]:
    """By coming, nobody before his slot; who has not come yet is taken at his slot, or `now`."""
    since = waiting_since(room) or now or _start(room)
    return max(since, _start(room)), _start(room), room.room_id


def _talks(room: Room) -> bool:
    """Its keeper is there, in a call that is on."""
    here = {presence.participant_id for presence in room.here(AGENT)}
    return room.is_admitted and room.ended_at is None and room.keeper_id in here


def _will_come(room: Room, now: datetime) -> bool:
    """Booked for later, and not there yet."""
    return room.state is State.BOOKED and not room.citizen_joined and _start(room) > now


def _has_no_end(room: Room, now: datetime) -> bool:
    """Nobody can know how long it takes: the slot is over, or he was in the call before."""
    return _end(room) <= now if _talks(room) else waits_as(room) is not As.NEW


def _begun(room: Room, free_at: datetime) -> datetime:
    return max(free_at, _start(room))


def _length(room: Room) -> timedelta:
    return _end(room) - _start(room)


def _start(room: Room) -> datetime:
    assert room.starts_at is not None, "nobody waits in a draft"
    return room.starts_at


def _end(room: Room) -> datetime:
    assert room.ends_at is not None, "nobody waits in a draft"
    return room.ends_at
