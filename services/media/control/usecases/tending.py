"""What the timer does: end, disconnect, alarm.  Each step may be done twice; one left undone is found again.

What is forgotten is the part of the reaper, which has a timer of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from services.chassis import context
from services.chassis.ids import new_id
from services.contracts.media_events import ConsultationEnded
from services.media.control import figures
from services.media.control.domain.room import Room
from services.media.control.domain.schedule import Lane, Step, due_step
from services.media.control.usecases.disconnecting import disconnect, reached
from services.media.control.usecases.forgetting import bury, forget, reap, sweep
from services.media.control.usecases.media import Change, Entry, Media, change_room, tell
from services.media.control.usecases.waiting_room import raise_alarm

_log = logging.getLogger(__name__)

_BATCH = 200
_AT_ONCE = 8
_LEASE_SECONDS = 10
_STEPS = 6
"""More than one room can need at the same instant: alarm, end, disconnect, reap, forget."""


def tend_due_rooms(media: Media) -> None:
    """Do what has fallen due in calls, and relay what a dead process left untold."""
    each(media, media.rooms.with_untold(_BATCH), tell)
    each(media, media.rooms.due(Lane.CALLS, media.now(), _BATCH), _tend_leased)


def tidy_due_rooms(media: Media) -> None:
    """Do what is left after uploads that failed and after forgetting."""
    each(media, media.rooms.due(Lane.TIDYING, media.now(), _BATCH), _tend_leased)


def tend_room(media: Media, room_id: str) -> None:
    """Do what is due for one room now, step after step."""
    for _ in range(_STEPS):
        room = media.rooms.get(room_id)
        due = due_step(room, media.now(), media.rules) if room is not None else None
        if room is None or due is None:
            return
        since, step = due
        _TAKE[step](media, room)
        figures.tended(step, media.now() - since)


def _tend_leased(media: Media, room_id: str) -> None:
    if not media.leases.take_all([room_id], _LEASE_SECONDS):
        return
    try:
        tend_room(media, room_id)
    finally:
        media.leases.release_all([room_id])


def each(media: Media, room_ids: Collection[str], do: Callable[[Media, str], None]) -> bool:
    """Several at a time: hundreds may end in the same second, and each waits for the stores.

    Whether it could be done for any of them.
    """
    if not room_ids:
        return False
    with ThreadPoolExecutor(min(_AT_ONCE, len(room_ids))) as pool:
        return any(list(pool.map(lambda room_id: _alone(media, room_id, do), room_ids)))


def _alone(media: Media, room_id: str, do: Callable[[Media, str], None]) -> bool:
    """One room that cannot be tended now does not keep the others waiting; it stays due."""
    with context.use(context.begin()):
        try:
            do(media, room_id)
        except Exception:  # noqa: BLE001 - whatever it is, the next room must have its turn
            _log.exception("a room waits for its next step", extra={"room_id": room_id})
            return False
    return True


# --- the steps ----------------------------------------------------------------------


def _expel(media: Media, room: Room) -> None:
    placement = reached(media, room)
    if placement is not None:
        for participant_id in room.expelled:
            media.sfu.disconnect(placement, room.room_id, participant_id)

    def done(current: Room, _: datetime) -> Change:
        left = tuple(one for one in current.expelled if one not in room.expelled)
        return Change(room=replace(current, expelled=left))

    change_room(media, room.room_id, done)


def _lapse(media: Media, room: Room) -> None:
    media.rooms.save(room.lapsed())


def _end(media: Media, room: Room) -> None:
    change_room(media, room.room_id, lambda current, now: end_if_due(media, current, now))


def end_if_due(media: Media, room: Room, now: datetime) -> Change:
    """The end that the time makes, if it has come and nobody else made one."""
    at = room.end_seen_at(now, media.rules)
    if at is None or room.ended_at is not None:
        return Change(room=room)
    return end_change(room, at, now, by="")


def end_change(room: Room, at: datetime, now: datetime, *, by: str) -> Change:
    ended = room.ended(at)
    told = ended_event(room, at, now, str(ended.outcome), by)
    return Change(room=ended, log=(Entry(type="ended", by=by),), events=(told,))


def ended_event(room: Room, at: datetime, now: datetime, outcome: str, by: str) -> ConsultationEnded:
    """Told of every end, and of an outcome that is recorded after it."""
    return ConsultationEnded(
        event_id=new_id(),
        occurred_at=now,
        room_id=room.room_id,
        ended_at=at,
        outcome=outcome,
        appointment_version=room.version,
        agent_id=by,
    )


def _forget(media: Media, room: Room) -> None:
    forget(media, [room])


_TAKE: dict[Step, Callable[[Media, Room], None]] = {
    Step.DISCONNECT: disconnect,
    Step.EXPEL: _expel,
    Step.LAPSE: _lapse,
    Step.ALARM: raise_alarm,
    Step.END: _end,
    Step.REAP: reap,
    Step.FORGET: _forget,
    Step.SWEEP: sweep,
    Step.BURY: bury,
}
