"""Forgetting: keys first, then objects, then the logs, then the rows; what is left of a room is a tombstone.

Before the first of these steps it is stored that a room is given up, unless it has changed meanwhile: from
then on nobody gets in, and what would have it live on forgets it first.  Whoever is late with a step destroys
nothing of the room's next life, which has another key, other objects and later entries in its log.

Many rooms are forgotten together, since stores take a hundred removals at once about as quickly as one.  Each
step may be done twice, and a room stays due until its tombstone is stored, which also tells of it and holds
the signed record.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.chassis.ids import new_id
from services.contracts.errors import PlatformError
from services.contracts.media_events import RoomForgotten
from services.contracts.wire import Event
from services.media.control.domain.admission import State
from services.media.control.domain.deletion import deletion_of
from services.media.control.domain.document import object_prefix
from services.media.control.domain.room import Room
from services.media.control.domain.schedule import abandoned
from services.media.control.ports import Forgotten, LogEntry
from services.media.control.usecases.disconnecting import disconnect
from services.media.control.usecases.filed import unsettled
from services.media.control.usecases.media import Media

_log = logging.getLogger(__name__)


def forget(media: Media, rooms: Sequence[Room]) -> None:
    """Destroy all that is in these rooms, for which it is time.

    A row is there before its object is, so the rows name all that can be there, but for what an upload
    that was given up may write yet: that nobody can read, and the sweep takes it.
    """
    rooms = media.rooms.give_up([_let_go(media, room) for room in rooms])
    if not rooms:
        return
    media.keys.destroy({room.room_id: room.life for room in rooms})
    media.objects.remove([document.object_name for room in rooms for document in room.documents])
    now = media.now()
    media.log.close({room.room_id: _last_word(room, now) for room in rooms})
    media.rooms.forget([_forgotten(media, room, media.now()) for room in rooms])


def _let_go(media: Media, room: Room) -> Room:
    """Who is still connected, where a node can be told: it may be gone for good, and nothing waits for it."""
    if not room.disconnecting:
        return room
    try:
        disconnect(media, room)
    except PlatformError as error:
        told = {"room_id": room.room_id, "error": type(error).__name__}
        _log.warning("a room is forgotten before its node is told", extra=told)
    return media.rooms.get(room.room_id) or room


def reap(media: Media, room: Room) -> None:
    """Destroy uploads that were never finished; from the first step on nobody finishes them."""
    left = abandoned(room, media.now(), media.rules)
    given_up = room
    for document in left:
        given_up = given_up.with_document(document.giving_up())
    if not media.rooms.save(given_up):
        return  # one may have been finished meanwhile; the next look decides
    media.objects.remove([document.object_name for document in left])
    without = given_up.without_documents(*(document.document_id for document in left))
    media.rooms.save(replace(without, revision=room.revision + 1))


def sweep(media: Media, room: Room) -> None:
    """Once more, whatever the store has, for an upload that was under way."""
    left = media.objects.under(object_prefix(room.room_id))
    if media.rooms.get(room.room_id) != room:
        return  # what was found may be of its next life
    media.objects.remove(left)
    media.log.destroy(room.room_id, room.log_seq)
    media.rooms.save(replace(room, swept_at=media.now()))


def bury(media: Media, room: Room) -> None:
    """Remove the tombstone."""
    media.rooms.remove(room)


def _last_word(room: Room, now: datetime) -> LogEntry:
    """For pages that follow the room; it says nothing that had to be sealed."""
    type_ = "cancelled" if room.state is State.CANCELLED else "forgotten"
    return LogEntry(seq=room.log_seq + 1, type=type_, at=now, by="", sealed="")


def _forgotten(media: Media, room: Room, now: datetime) -> Forgotten:
    deletion = deletion_of(room, now, media.rules)
    records = (media.records.sign(deletion),) if deletion is not None else ()
    stone = replace(room.tombstone(now, *records), log_seq=room.log_seq + 1)
    return Forgotten(room=stone, events=_told(room, now))


def _told(room: Room, now: datetime) -> tuple[Event, ...]:
    """A draft that lapsed is nobody's news."""
    if room.state is State.LAPSED:
        return ()
    told = RoomForgotten(
        event_id=new_id(),
        occurred_at=now,
        room_id=room.room_id,
        documents=sum(document.is_ready for document in room.documents),
        messages=len(room.message_ids),
    )
    return (told, *unsettled(room, now))
