"""The reaper: what has to be destroyed, claimed in batches by any number of replicas, until nothing is due.

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
from services.media.control.domain.schedule import Step, due_step
from services.media.control.usecases.forgetting import forget
from services.media.control.usecases.media import Media
from services.media.control.usecases.tending import each, tend_room

_log = logging.getLogger(__name__)

_LOOKED_AT = 2_000
"""Ids that are read together; replicas begin at different places among them."""
_ROUNDS = 100
"""Of one tick; the next one goes on."""
_BATCH = 50
_BATCHES_AT_ONCE = 4
LEASE_SECONDS = 15
"""Longer than a batch takes; who is slower loses nothing, since a tombstone is stored once."""


def reap_due_rooms(media: Media) -> None:
    """Destroy all that has fallen due; returns when nothing is left that it can do now."""
    for _ in range(_ROUNDS):
        due = media.rooms.due_to_destroy(media.now(), _LOOKED_AT)
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
    mine = media.leases.take_all(batch, LEASE_SECONDS)
    if not mine:
        return False
    try:
        with context.use(context.begin()):
            return _destroyed(media, mine)
    finally:
        media.leases.release_all(mine)


def _destroyed(media: Media, mine: Sequence[str]) -> bool:
    rooms, now = media.rooms.get_all(mine), media.now()
    due = [(room, since, step) for room in rooms for since, step in _due(media, room, now)]
    together = [(room, since) for room, since, step in due if step is Step.FORGET]
    alone = [room.room_id for room, _, step in due if step is not Step.FORGET]
    if together and not _forgotten(media, together):
        alone += [room.room_id for room, _ in together]
    return each(media, alone, tend_room) or len(alone) < len(due)


def _due(media: Media, room: Room, now: datetime) -> list[tuple[datetime, Step]]:
    due = due_step(room, now, media.rules)
    return [due] if due is not None else []


def _forgotten(media: Media, together: Sequence[tuple[Room, datetime]]) -> bool:
    try:
        forget(media, [room for room, _ in together])
    except Exception:  # noqa: BLE001 - whatever it is, each of them is tried alone
        _log.warning("rooms are forgotten one by one", exc_info=True)
        return False
    now = media.now()
    for _, since in together:
        figures.tended(Step.FORGET, now - since)
    return True
