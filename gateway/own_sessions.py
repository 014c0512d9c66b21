"""The sessions that are open in one person's name, for this person alone.

A session can only be opened with its browser's cookie, and Redis must not tell who is logged in.  So the
list of a person lies under a keyed hash of person and day, its entries sealed with a key that is derived from
the form key, the person and the day; whoever has all of Redis learns how many sessions some unknown person
has, and cannot follow that person to another day.

When a session was last seen needs no writing: each request begins the time of its content in Redis anew,
so the time that is left says when the last one was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import session

from gateway.backends import runtime
from gateway.ended_logins import LOGINS, EndedLogins, ended_logins, of_session
from gateway.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS, seal, unseal

_SECONDS = ABSOLUTE_SECONDS + 3600
_SESSION = "session"
"""In an entry: under which name the session's content lies in Redis; it opens nothing."""


@dataclass(frozen=True)
class OwnSession:
    """One line of the list."""

    handle: str
    login: Mapping[str, Any]
    """What the session keeps of its log-in, see `gateway/principals.py`."""
    begun_at: datetime
    """Real time, as `seen_at`."""
    seen_at: datetime
    is_this: bool
    """Whether it is the one that asks."""


class SessionIndex:
    """The lists of all persons."""

    def __init__(self, redis: Any, form_key: bytes, wall: Callable[[], float] = time.time) -> None:
        self._redis, self._form_key, self._wall = redis, form_key, wall

    def put(self, content: Mapping[str, Any], session_name: str) -> None:
        """List a session's log-ins, under the name that its content has from now on.  Raises RedisError."""
        for login in content.get(LOGINS, {}).values():
            name, key = self._derived(login["owner"], login["day"])
            entry = seal(key, name, {**login, _SESSION: session_name})
            self._redis.hset(name, login["handle"], entry)
            self._redis.expire(name, _SECONDS)

    def entries(self, owner: str) -> Iterator[dict[str, Any]]:
        """The log-ins of a person that were listed yesterday and today (UTC).  Raises RedisError."""
        for day in self._days():
            name, key = self._derived(owner, day)
            for sealed in self._redis.hvals(name):
                entry = unseal(key, name, sealed)
                if entry is not None:
                    yield entry

    def drop(self, login: Mapping[str, Any]) -> None:
        self._redis.hdel(self._derived(login["owner"], login["day"])[0], login["handle"])

    def _days(self) -> list[str]:
        today = datetime.fromtimestamp(self._wall(), UTC).date()
        return [(today - timedelta(days=1)).isoformat(), today.isoformat()]

    def _derived(self, owner: str, day: str) -> tuple[str, bytes]:
        """Name in Redis and sealing key of a person's list of one day."""
        info = f"gateway own sessions {day} {owner}".encode()
        both = HKDF(SHA256(), 64, salt=None, info=info).derive(self._form_key)
        return f"gateway:own-sessions:{both[:32].hex()}", both[32:]


def own_sessions(audience: str) -> list[OwnSession]:
    """Those of whoever has logged in for that audience, the latest seen first."""
    mine = session[LOGINS][audience]
    index, notes = _index(), ended_logins()
    found = (_alive(index, notes, entry, mine["handle"]) for entry in index.entries(mine["owner"]))
    alive = [one for one in found if one is not None]
    return sorted(alive, key=lambda one: (one.is_this, one.seen_at), reverse=True)


def is_this_session(audience: str, handle: str) -> bool:
    """Whether it is the one that asks."""
    return bool(session[LOGINS][audience]["handle"] == handle)


def end_own(audience: str, handle: str) -> None:
    """End one of them; one that is over already, or somebody else's, stays as it is."""
    index = _index()
    for entry in list(index.entries(session[LOGINS][audience]["owner"])):
        if entry["handle"] == handle:
            _end(index, entry)


def end_all_own(audience: str) -> None:
    """End every one, this one included, however it is listed."""
    index, owner = _index(), session[LOGINS][audience]["owner"]
    ended_logins().end_now(owner)
    for entry in list(index.entries(owner)):
        _end(index, entry)


def unlist_this() -> None:
    """Take this session off the lists: it ends with this request."""
    for login in session.get(LOGINS, {}).values():
        _index().drop(login)


def _alive(index: SessionIndex, notes: EndedLogins, entry: dict[str, Any], mine: str) -> OwnSession | None:
    """A line of the list, or None for a session that is over, which is taken off it."""
    left = runtime().redis.ttl(entry[_SESSION])
    if left < 0 or notes.has_ended(entry):
        index.drop(entry)
        return None
    seen_at = datetime.now(UTC) - timedelta(seconds=IDLE_SECONDS - left)
    begun_at = datetime.fromtimestamp(entry["begun_at"], UTC)
    return OwnSession(entry["handle"], entry, begun_at, max(begun_at, seen_at), entry["handle"] == mine)


def _end(index: SessionIndex, entry: dict[str, Any]) -> None:
    """Note it first: a session that changes its id in this moment is over as well."""
    ended_logins().end_now(of_session(entry["handle"]))
    runtime().redis.delete(entry[_SESSION])
    index.drop(entry)


def _index() -> SessionIndex:
    return SessionIndex(runtime().redis, runtime().settings.form_key.reveal().encode())
