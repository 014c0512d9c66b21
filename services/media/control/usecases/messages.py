"""Messages, and leave to follow the room log in which they lie."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import datetime

from services.contracts.errors import InvalidField
from services.contracts.media import Done
from services.contracts.media_errors import MessageTooLong, RoomForgotten
from services.contracts.room_log import LOG_KEY, GrantLog, LogGrant, MessagePosted, PostMessage, TellDetail
from services.media.control import figures
from services.media.control.domain.admission import Action
from services.media.control.domain.people import Who
from services.media.control.domain.room import Room
from services.media.control.domain.rules import Rules
from services.media.control.usecases.media import Change, Entry, Media, change_room, found, require, who_is
from services.media.control.usecases.views import view

_LONGEST_KEY = 100


def post_message(media: Media, request: PostMessage) -> MessagePosted:
    """Say something once, however often the same key comes."""
    who, text = who_is(request.participant), request.text.strip()
    _check(request.message_key, text, media.rules)
    message_id = _message_id(request.room_id, who, request.message_key)
    entry = Entry(
        type="message",
        by=who.participant_id,
        data={"text": text, "message_id": message_id, "role": who.role},
    )

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.WRITE, now, media.rules)
        if message_id in room.message_ids:
            return Change(room=room)
        if len(room.message_ids) >= media.rules.max_messages:
            raise InvalidField("text", "too_many")
        return Change(room=replace(room, message_ids=(*room.message_ids, message_id)), log=(entry,))

    change_room(media, request.room_id, decide)
    figures.MESSAGES.inc()
    return MessagePosted(message_id=message_id)


def tell_detail(media: Media, request: TellDetail) -> Done:
    """Say that a camera shows a paper, or no more; whoever hears it twice does the same as before."""
    who = who_is(request.participant)
    told = Entry(type="detail", by=who.participant_id, data={"on": request.on})

    def decide(room: Room, now: datetime) -> Change:
        require(room, who, Action.CONNECT, now, media.rules)
        return Change(room=room, log=(told,))

    change_room(media, request.room_id, decide)
    return Done()


def grant_log(media: Media, request: GrantLog) -> LogGrant:
    """Leave to follow the room for a while: the stream's name, and the key to its entries."""
    room, who, now = found(media, request.room_id), who_is(request.participant), media.now()
    require(room, who, Action.FOLLOW, now, media.rules)
    key = media.keys.get(room.room_id)
    if key is None:
        raise RoomForgotten
    forgotten = view(room, who, now, media.rules).forget_at
    until = now + media.rules.log_grant_for
    return LogGrant(
        stream=LOG_KEY.format(room_id=room.room_id),
        log_key=key.log_key,
        until=min(until, forgotten or until),
    )


def _check(message_key: str, text: str, rules: Rules) -> None:
    if not 0 < len(message_key) <= _LONGEST_KEY:
        raise InvalidField("message_key", "missing" if not message_key else "too_long")
    if not text:
        raise InvalidField("text", "missing")
    if len(text) > rules.max_message_chars:
        raise MessageTooLong(str(rules.max_message_chars))


def _message_id(room_id: str, who: Who, message_key: str) -> str:
    """The same for the same key of the same person in the same room."""
    said = "\0".join((room_id, who.role, who.participant_id, message_key))
    return base64.urlsafe_b64encode(hashlib.sha256(said.encode()).digest()[:15]).decode()
