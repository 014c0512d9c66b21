"""The reaper: rooms whose time is over, claimed in batches by any number of replicas, until none is left.

A replica takes what no other holds, a batch at a time and several batches at once.  One that dies leaves its
claims to lapse within seconds.  Where a batch fails, its rooms are tended one by one, so that one that cannot
be forgotten now keeps no other waiting.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from services.chassis import context
from services.media.control import figures
from services.media.control.domain.room import Room
from services.media.control.domain.schedule import Lane, Step, due_step
from services.media.control.usecases.forgetting import forget
from services.media.control.usecases.media import Media
from services.media.control.usecases.tending import each, tend_room

_log = logging.getLogger(__name__)

_LOOKED_AT = 2_000
"""Ids that are read together; replicas begin at different places among them."""
_ROUNDS = 100
"""Of one tick; the next one goes on."""
_BATCH = 50
_BATCHES_AT_ONCE = 2
"""Of one replica. More only wait for one another in the store, until one of them waits too long."""
_LEASE_SECONDS = 15
"""Longer than a batch takes; who is slower loses nothing, since a tombstone is stored once."""


def forget_due_rooms(media: Media) -> None:
    """Forget all that has fallen due; returns when nothing is left that it can do now."""
    for _ in range(_ROUNDS):
        due = media.rooms.due(Lane.FORGETTING, media.now(), _LOOKED_AT)
        if not due or not _took_any(media, due):
            return


def _took_any(media: Media, due: Sequence[str]) -> bool:
    """Whether something was done: what others hold, or what fails, waits for the next tick."""
    batches = [due[first : first + _BATCH] for first in range(0, len(due), _BATCH)]
    random.shuffle(batches)
    with ThreadPoolExecutor(min(_BATCHES_AT_ONCE, len(batches))) as pool:
        return any(list(pool.map(lambda batch: _claimed(media, batch), batches)))


def _claimed(media: Media, batch: Sequence[str]) -> bool:
    """Whether any of them is done now."""
    mine = media.leases.take_all(batch, _LEASE_SECONDS)
    if not mine:
        return False
    try:
        with context.use(context.begin()):
            return _taken(media, _due(media, mine))
    finally:
        media.leases.release_all(mine)


def _due(media: Media, mine: Sequence[str]) -> list[tuple[Room, datetime]]:
    """Those for which it is time still, and since when: others may have been here before."""
    now = media.now()
    steps = [(room, due_step(room, now, media.rules)) for room in media.rooms.get_all(mine)]
    return [(room, step[0]) for room, step in steps if step is not None and step[1] is Step.FORGET]


def _taken(media: Media, due: Sequence[tuple[Room, datetime]]) -> bool:
    """Together, or else one by one."""
    if not due:
        return False
    return _forgotten(media, due) or each(media, [room.room_id for room, _ in due], tend_room)


def _forgotten(media: Media, due: Sequence[tuple[Room, datetime]]) -> bool:
    try:
        forget(media, [room for room, _ in due])
    except Exception:  # noqa: BLE001 - whatever it is, each of them is tried alone
        _log.warning("rooms are forgotten one by one", exc_info=True)
        return False
    now = media.now()
    for _, since in due:
        figures.tended(Step.FORGET, now - since)
    return True
