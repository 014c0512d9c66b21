"""Whether whoever opened a stream still may follow, asked long after the request is over.

Who follows a room before and in the call is there, even if he only talks and listens for an hour: about once
a minute the stream keeps his session from ending for want of use.  It never goes on beyond its absolute time,
and one that was ended ends its streams.  After the call a forgotten tab keeps nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import current_app, session
from redis import RedisError

from gateway.backends import runtime
from gateway.link_generation import is_known_to_be_revoked
from gateway.sessions import RedisSessions

KEPT_ALIVE_EVERY_SECONDS = 60.0
_OVER = frozenset({"late", "documents", "forgotten", "cancelled"})
"""Phases of a room in which nobody talks any more."""
_RIGHTS = ("citizen", "staff", "room", "guest")
"""Keys of a session that say who somebody is and where he may be."""


def welcome_of_this_session(
    phase: str, monotonic: Callable[[], float] = time.monotonic
) -> Callable[[], bool]:
    """True while the session exists, says the same of its person, and its link has not been revoked.

    `phase` is the room's when the stream was opened; it is opened anew every few minutes.
    """
    sessions, redis = current_app.session_interface, runtime().redis
    assert isinstance(sessions, RedisSessions)
    sid, rights = session.sid, _rights(session)  # type: ignore[attr-defined]
    look = partial(sessions.peek, sid) if phase in _OVER else _looking_after(sessions, sid, monotonic)

    def is_welcome() -> bool:
        try:
            content = look()
            return content is not None and _rights(content) == rights and not _is_revoked(redis, rights)
        except RedisError:
            return True  # nothing new of the room can be read meanwhile either

    return is_welcome


def _looking_after(
    sessions: RedisSessions, sid: str, monotonic: Callable[[], float]
) -> Callable[[], dict[str, Any] | None]:
    """What the session holds now, its idle time begun anew at first and every minute."""
    kept_at = -KEPT_ALIVE_EVERY_SECONDS

    def look() -> dict[str, Any] | None:
        nonlocal kept_at
        if monotonic() - kept_at < KEPT_ALIVE_EVERY_SECONDS:
            return sessions.peek(sid)
        kept_at = monotonic()
        return sessions.keep_alive(sid)

    return look


def _rights(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content.get(name) for name in _RIGHTS}


def _is_revoked(redis: Any, rights: Mapping[str, Any]) -> bool:
    """A member of the company's space came by no link."""
    room = rights["room"]
    if not room or "space_id" in room:
        return False
    return is_known_to_be_revoked(redis, room["room_id"], room["generation"])
