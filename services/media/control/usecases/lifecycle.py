"""Rooms come and go with their appointments."""

from __future__ import annotations

from datetime import datetime

from services.contracts.booking_events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    HoldLapsed,
)
from services.contracts.errors import StaleVersion
from services.contracts.media import Done, OpenDraftRoom
from services.contracts.media_errors import RoomForgotten
from services.contracts.rights import AppointmentErased
from services.media.control.domain.admission import State
from services.media.control.domain.room import Room
from services.media.control.usecases.forgetting import forget
from services.media.control.usecases.media import Change, Entry, Media, change_room, found
from services.media.control.usecases.presence import tend_now_or_later
from services.media.control.usecases.tending import tend_room


def open_draft_room(media: Media, request: OpenDraftRoom) -> Done:
    """Make a room with a key of its own, so that an identity copy has a place."""
    room = _room_for(media, request.room_id)
    if room.state in (State.LAPSED, State.CANCELLED) or room.gone_at is not None:
        raise RoomForgotten
    return Done()


def book(media: Media, event: AppointmentBooked) -> None:
    """Adopt the draft; make a room where there is none."""
    _at_times(media, event)


def move(media: Media, event: AppointmentMoved) -> None:
    """Take the new times; everybody joins anew, documents and messages stay."""
    _at_times(media, event)
    tend_now_or_later(media, event.appointment_id)


def cancel(media: Media, event: AppointmentCancelled) -> None:
    """Room and identity copy go at once; the tombstone outlasts news that come late."""
    _room_for(media, event.appointment_id)

    def decide(room: Room, _: datetime) -> Change:
        if event.appointment_version <= room.version or room.gone_at is not None:
            return Change(room=room)
        return Change(room=room.cancelled(event.appointment_version), log=(Entry(type="cancelled"),))

    change_room(media, event.appointment_id, decide)
    tend_now_or_later(media, event.appointment_id)


def erase(media: Media, event: AppointmentErased) -> None:
    """Whatever is still in the room goes at once; there is nothing in it any more a day after its call."""
    if media.rooms.get(event.appointment_id) is None:
        return

    def decide(room: Room, _: datetime) -> Change:
        if room.gone_at is not None or room.state is State.CANCELLED:
            return Change(room=room)
        return Change(room=room.cancelled(max(room.version, event.appointment_version)))

    change_room(media, event.appointment_id, decide)
    tend_now_or_later(media, event.appointment_id)


def lapse(media: Media, event: HoldLapsed) -> None:
    """Destroy what was prepared for a hold that ran out; a confirmed one stays."""
    if media.rooms.get(event.appointment_id) is None:
        return
    change_room(media, event.appointment_id, _lapsed)
    tend_room(media, event.appointment_id)


def _lapsed(room: Room, _: datetime) -> Change:
    return Change(room=room.lapsed() if room.state is State.DRAFT else room)


def _room_for(media: Media, room_id: str) -> Room:
    """The room; a draft is made if there is none.

    The room comes before its key: whoever dies in between leaves a draft that lapses, or gets its
    key when the request or the news comes again, and never a key that nobody will destroy.
    """
    if media.rooms.get(room_id) is None:
        media.rooms.add(Room(room_id=room_id, opened_at=media.now()))
    room = found(media, room_id)
    if room.state is State.DRAFT and not room.is_gone:
        media.keys.ensure(room_id, room.life)
    return room


def _at_times(media: Media, event: AppointmentBooked | AppointmentMoved) -> None:
    room_id, version = event.appointment_id, event.appointment_version
    starts_at, ends_at = event.starts_at, event.ends_at
    _finish_forgetting(media, _room_for(media, room_id))

    def decide(room: Room, _: datetime) -> Change:
        if version <= room.version:
            return Change(room=room)
        if room.given_up:
            raise StaleVersion("room")  # in this very moment; the news comes again
        times = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        moved = room.starts_at is not None and (room.starts_at, room.ends_at) != (starts_at, ends_at)
        log = (Entry(type="moved", data=times),) if moved else ()
        return Change(room=room.at_times(version, starts_at, ends_at, event.agent_id), log=log)

    room = change_room(media, room_id, decide)
    if room.state is State.BOOKED and not room.is_gone:
        # It may have been given up while the news was on its way: it lives on, with a new key.
        media.keys.ensure(room_id, room.life)


def _finish_forgetting(media: Media, room: Room) -> None:
    """Whoever began it may be dead, and what is in the room belongs to the life that is over."""
    if room.given_up:
        forget(media, [room])
