"""Whether whoever opened a stream still may follow, asked long after the request is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, session
from redis import RedisError

from gateway.backends import runtime
from gateway.link_generation import is_known_to_be_revoked
from gateway.sessions import RedisSessions

_RIGHTS = ("citizen", "staff", "room")
"""Keys of a session that say who somebody is and where he may be."""


def welcome_of_this_session() -> Callable[[], bool]:
    """True while the session exists, says the same of its person, and its link has not been revoked."""
    sessions, redis = current_app.session_interface, runtime().redis
    assert isinstance(sessions, RedisSessions)
    sid, rights = session.sid, _rights(session)  # type: ignore[attr-defined]

    def is_welcome() -> bool:
        try:
            content = sessions.peek(sid)
            return content is not None and _rights(content) == rights and not _is_revoked(redis, rights)
        except RedisError:
            return True  # nothing new of the room can be read meanwhile either

    return is_welcome


def _rights(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content.get(name) for name in _RIGHTS}


def _is_revoked(redis: Any, rights: Mapping[str, Any]) -> bool:
    room = rights["room"]
    return bool(room) and is_known_to_be_revoked(redis, room["room_id"], room["generation"])
