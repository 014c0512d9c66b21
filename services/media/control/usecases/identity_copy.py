"""The identity copy beside the live picture: agents look at it, and say what they found; nobody gets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.chassis.ids import new_id
from services.contracts.errors import InvalidField, NotFound
from services.contracts.identity_copy import (
    RESULTS,
    CopyView,
    GrantCopyView,
    IdentityCompared,
    IdentityCopySeen,
    RecordComparison,
)
from services.contracts.media import Done
from services.media.control.domain.admission import Action
from services.media.control.domain.document import IDENTITY_COPY, Document
from services.media.control.domain.room import Room
from services.media.control.usecases.documents import key_of, readable_until
from services.media.control.usecases.media import Change, Media, change_room, require, who_is


def grant_copy_view(media: Media, request: GrantCopyView) -> CopyView:
    """Leave to show the copy for a minute; told once for each view, whatever pages are looked at in it."""
    who, key = who_is(request.participant), key_of(media, request.room_id)

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.VIEW_COPY, now, media.rules)
        copy = _copy(room, request.document_id)
        if copy.is_seen_by(who.participant_id, since=now - media.rules.grant_for):
            return Change(room=room)
        seen = replace(copy, seen_by=who.participant_id, seen_at=now)
        return Change(room=room.with_document(seen), events=(_seen(room, seen, now),))

    room = change_room(media, request.room_id, decide)
    copy, now = _copy(room, request.document_id), media.now()
    return CopyView(
        object_name=copy.object_name,
        data_key=key.data_key(copy.document_id),
        media_type=copy.media_type,
        size=copy.size,
        pages=copy.pages,
        seen_at=copy.seen_at or now,
        until=readable_until(room, now, media.rules),
    )


def record_comparison(media: Media, request: RecordComparison) -> Done:
    """What the agent found counts; the same again tells nothing."""
    who = who_is(request.participant)
    if request.result not in RESULTS:
        raise InvalidField("result", "choice" if request.result else "missing")

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.COMPARE, now, media.rules)
        copy = _copy(room, request.document_id)
        if copy.compared == request.result:
            return Change(room=room)
        compared = replace(copy, compared=request.result)
        told = _compared(room, compared, now, by=who.participant_id)
        return Change(room=room.with_document(compared), events=(told,))

    change_room(media, request.room_id, decide)
    return Done()


def _copy(room: Room, document_id: str) -> Document:
    found = room.document(document_id)
    if found is None or found.kind != IDENTITY_COPY or not found.is_ready:
        raise NotFound("document")
    return found


def _seen(room: Room, copy: Document, now: datetime) -> IdentityCopySeen:
    return IdentityCopySeen(
        event_id=new_id(),
        occurred_at=now,
        room_id=room.room_id,
        appointment_version=room.version,
        document_id=copy.document_id,
        agent_id=copy.seen_by,
    )


def _compared(room: Room, copy: Document, now: datetime, by: str) -> IdentityCompared:
    return IdentityCompared(
        event_id=new_id(),
        occurred_at=now,
        room_id=room.room_id,
        appointment_version=room.version,
        document_id=copy.document_id,
        agent_id=by,
        result=copy.compared,
    )
