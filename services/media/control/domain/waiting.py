"""Who waits, in which order, and until when: from calls and calendar alone, without a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

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


def queue(rooms: Iterable[Room], now: datetime) -> tuple[Room, ...]:
    """The rooms in which somebody waits, in the order in which they can be taken."""
    waiting = (room for room in rooms if waits_as(room) is not None)
    return tuple(sorted(waiting, key=lambda room: _turn(room, now)))


def estimate(room: Room, others: Sequence[Room], now: datetime, rules: Rules) -> Estimate:
    """When the keeper of `room` can take it; `others` are the rooms that he keeps beside it."""
    if missing_since(room, now, rules):  # which is a fact, said even where estimates are switched off
        return Estimate(state=WaitState.MISSING)
    if not rules.estimates_wait or room.starts_at is None:
        return Estimate(state=WaitState.OFF)
    if room.here(AGENT):
        return Estimate(state=WaitState.HERE)
    return _by_slots(room, room.starts_at, others, now, rules)


def _by_slots(
    room: Room, starts_at: datetime, others: Sequence[Room], now: datetime, rules: Rules
) -> Estimate:
    going_on = [other for other in others if other.end_seen_at(now, rules) is None]
    first = _taken_first(room, going_on, now)
    ahead = [other for other in first if waits_as(other) and _turn(other, now).at <= max(now, starts_at)]
    in_call = [other for other in going_on if _talks(other)]
    if any(_has_no_end(other, now) for other in (*in_call, *ahead)):
        return Estimate(state=WaitState.UNKNOWN, ahead=len(ahead))
    busy_until = [_end(other) + rules.wrap_up for other in in_call]
    wrapping_up = [end + rules.wrap_up for end in _ends_of_calls(others, now, rules)]
    free_at = _free_after(room, first, max((*busy_until, *wrapping_up, now)), now, rules)
    if free_at >= _end(room) + rules.may_last:  # he will have gone by then, or a colleague has taken him
        return Estimate(state=WaitState.UNKNOWN, ahead=len(ahead))
    state = WaitState.BUSY if free_at > max(now, starts_at) else WaitState.FREE
    return Estimate(state=state, ahead=len(ahead), expected_at=max(free_at, now, starts_at))


def _taken_first(room: Room, others: Iterable[Room], now: datetime) -> list[Room]:
    """Who waits or will come, and goes before `room`, in order."""
    candidates = (other for other in others if waits_as(other) or _will_come(other, now))
    first = (other for other in candidates if _goes_before(other, room, now))
    return sorted(first, key=lambda other: _turn(other, now))


def _goes_before(other: Room, room: Room, now: datetime) -> bool:
    """Whoever still has his slot before who had his; else by turn."""
    had = _had_his_slot(room, now)
    return had if had is not _had_his_slot(other, now) else _turn(other, now) < _turn(room, now)


def _free_after(
    room: Room, first: Iterable[Room], free_at: datetime, now: datetime, rules: Rules
) -> datetime:
    """When all of these have had their time.

    Who had his slot is taken as soon as there is a gap: a slot that begins later does not keep him out.
    """
    for other in first:
        if _had_his_slot(room, now) and _start(other) > free_at:
            break
        free_at = max(free_at, _start(other)) + _length(other) + rules.wrap_up
    return free_at


class _Turn(NamedTuple):
    """What the order goes by, from left to right."""

    at: datetime
    had_his_slot: bool
    since: datetime
    room_id: str


def _turn(room: Room, now: datetime) -> _Turn:
    """By coming, nobody before his slot; who has not come yet is taken at his slot.

    Who was in the call, and whose slot is over, comes after all whose turn it is by now.
    """
    since = waiting_since(room) or now
    if _had_his_slot(room, now):
        return _Turn(now, True, since, room.room_id)
    return _Turn(max(since, _start(room)), False, _start(room), room.room_id)


def _had_his_slot(room: Room, now: datetime) -> bool:
    """T1 is over, and he waits to go on with a call, not to begin one."""
    return waits_as(room) in (As.RETURNED, As.SENT_BACK) and _end(room) <= now


def _ends_of_calls(rooms: Iterable[Room], now: datetime, rules: Rules) -> list[datetime]:
    """Of those that are over; their agent wraps up for a minute."""
    ends = (room.end_seen_at(now, rules) for room in rooms if room.admitted_at is not None)
    return [end for end in ends if end is not None]


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


def _length(room: Room) -> timedelta:
    return _end(room) - _start(room)


def _start(room: Room) -> datetime:
    assert room.starts_at is not None, "nobody waits in a draft"
    return room.starts_at


def _end(room: Room) -> datetime:
    assert room.ends_at is not None, "nobody waits in a draft"
    return room.ends_at
