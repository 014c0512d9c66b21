"""Sessions: an opaque id in a `__Host-` cookie, the content in Redis, sealed with a key only the cookie has.

Redis knows the hash of the id and AES-GCM bytes, so neither its memory nor its
append-only file tells who is logged in or what was typed.  Both key and name
are derived from the id (HKDF, RFC 5869).  Times are real, not the platform's.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, session
from flask.sessions import SessionInterface, SessionMixin
from flask.wrappers import Request, Response
from redis import RedisError
from werkzeug.datastructures import CallbackDict

from services.contracts.errors import ServiceUnavailable

IDLE_SECONDS = 15 * 60
ABSOLUTE_SECONDS = 8 * 3600
GRACE_SECONDS = 30
_ID_BYTES = 32
_ID_CHARACTERS = 43
_NONCE_BYTES = 12


class Session(CallbackDict[str, Any], SessionMixin):
    """One browser's session; changed values inside lists and maps need `modified = True`."""

    def __init__(self, sid: str, content: dict[str, Any], born_at: float, stored: bool) -> None:
        super().__init__(content, _mark_modified)
        self.sid = sid
        self.born_at = born_at
        """Seconds of real time since the epoch."""
        self.stored = stored
        self.modified = False
        self.accessed = True
        self.renewed = False
        self.graceful = False
        self.begun_anew = False
        self.lost = False
        """True when the store did not answer: nobody knows what is in it."""

    def renew(self, *, begins_anew: bool = False, with_grace: bool = False) -> None:
        """Change the id with this response: at log-in and at each change of level.

        Begun anew is the absolute time as well: where somebody has just proved who he is, and nowhere else.

        With grace the old id keeps what it had before, and nothing new, for a moment: a link opened twice
        at once must not cost the browser its session, whichever answer it drops.
        """
        self.renewed = self.modified = True
        self.graceful = with_grace
        self.begun_anew = self.begun_anew or begins_anew


def _mark_modified(session: Any) -> None:
    session.modified = True


class SealedStore:
    """Sealed contents by secret id in Redis; ids of one `purpose` open nothing of another."""

    def __init__(self, redis: Any, purpose: str, seconds: int) -> None:
        self._redis, self._purpose, self._seconds = redis, purpose, seconds

    def load(self, secret_id: str) -> dict[str, Any] | None:
        """The content, its time begun anew; None if there is none or the id is malformed."""
        return self._open(secret_id, lambda name: self._redis.getex(name, ex=self._seconds))

    def peek(self, secret_id: str) -> dict[str, Any] | None:
        """The content, its time going on."""
        return self._open(secret_id, self._redis.get)

    def pop(self, secret_id: str) -> dict[str, Any] | None:
        """The content, for the one caller who comes first."""
        return self._open(secret_id, self._redis.getdel)

    def save(self, secret_id: str, content: dict[str, Any], *, new: bool) -> bool:
        """Store; an id that is not new must still exist, so nothing revives what has ended."""
        name, key = self._derived(secret_id)
        return bool(self._redis.set(name, seal(key, name, content), ex=self._seconds, xx=not new))

    def delete(self, secret_id: str) -> None:
        self._redis.delete(self.name_of(secret_id))

    def name_of(self, secret_id: str) -> str:
        """Where its content lies in Redis; the name opens nothing."""
        return self._derived(secret_id)[0]

    def _open(self, secret_id: str, fetch: Callable[[str], bytes | None]) -> dict[str, Any] | None:
        if len(secret_id) != _ID_CHARACTERS or not secret_id.isascii():
            return None
        name, key = self._derived(secret_id)
        sealed = fetch(name)
        return None if sealed is None else unseal(key, name, sealed)

    def _derived(self, secret_id: str) -> tuple[str, bytes]:
        """The name in Redis and the sealing key of an id."""
        both = HKDF(SHA256(), 64, salt=None, info=f"gateway {self._purpose}".encode()).derive(
            secret_id.encode()
        )
        return f"gateway:{self._purpose}:{both[:32].hex()}", both[32:]


class RedisSessions(SessionInterface):
    """Flask's way to the store."""

    def __init__(
        self,
        store: SealedStore,
        cookie: str,
        wall: Callable[[], float] = time.time,
        ended: Callable[[dict[str, Any]], bool] = lambda _content: False,
        listed: Callable[[dict[str, Any], str], None] = lambda _content, _name: None,
        *,
        touches: bool = True,
    ) -> None:
        """`ended` says of a session's content whether somebody has ended it from afar.

        `listed` is told the content of a session and the new name under which it lies in Redis.
        Where a request does not touch, a session's idle time goes on, see `keep_alive`.
        """
        self._store, self._cookie, self._wall = store, cookie, wall
        self._ended, self._listed = ended, listed
        self._read = store.load if touches else store.peek

    def open_session(self, app: Flask, request: Request) -> Session:
        sid = request.cookies.get(self._cookie, "")
        try:
            kept = self._going_on(sid, self._read(sid)) if sid else None
        except RedisError:
            return self._lost()
        if kept is None:
            return Session(new_secret_id(), {}, self._wall(), stored=False)
        return Session(sid, kept["content"], kept["born_at"], stored=True)

    def peek(self, sid: str) -> dict[str, Any] | None:
        """What a session holds now, for work that outlasts its request; None once it has ended."""
        kept = self._going_on(sid, self._store.peek(sid))
        return kept["content"] if kept else None

    def keep_alive(self, sid: str) -> dict[str, Any] | None:
        """The same for somebody who is there without a request: its idle time begins anew."""
        kept = self._going_on(sid, self._store.load(sid))
        return kept["content"] if kept else None

    def _going_on(self, sid: str, kept: dict[str, Any] | None) -> dict[str, Any] | None:
        """What was kept, unless its time is over; then it goes."""
        if kept is not None and self._is_over(kept):
            self._store.delete(sid)
            return None
        return kept

    def _is_over(self, kept: dict[str, Any]) -> bool:
        is_old = bool(self._wall() - kept["born_at"] >= ABSOLUTE_SECONDS)
        return is_old or self._ended(kept["content"])

    def _lost(self) -> Session:
        """A stand-in with which an error page can be made; `init_app` lets nothing else happen."""
        empty = Session(new_secret_id(), {}, self._wall(), stored=False)
        empty.lost = True
        return empty

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, Session)
        response.vary.add("Cookie")
        if session.lost:
            return
        if not session and session.stored:
            self._end(session, response)
        elif session.modified and session:
            self._keep(session, response)

    def _keep(self, session: Session, response: Response) -> None:
        old, known = session.sid, session.stored
        if session.renewed:
            session.sid, session.stored = new_secret_id(), False
            session.born_at = self._wall() if session.begun_anew else session.born_at
        kept = {"born_at": session.born_at, "content": dict(session)}
        self._store.save(session.sid, kept, new=not session.stored)
        if session.renewed:
            self._listed(dict(session), self._store.name_of(session.sid))
        if session.renewed and known:
            self._retire(old, session.graceful)
        if not session.stored:
            response.set_cookie(
                self._cookie, session.sid, secure=True, httponly=True, samesite="Lax", path="/"
            )
            session.stored, session.renewed = True, False

    def _retire(self, old: str, with_grace: bool) -> None:
        """End an old id, now or with a birth so long ago that its absolute time is over after the grace."""
        kept = self._store.load(old) if with_grace else None
        if kept is None:
            self._store.delete(old)
            return
        kept["born_at"] = min(kept["born_at"], self._wall() - ABSOLUTE_SECONDS + GRACE_SECONDS)
        self._store.save(old, kept, new=False)

    def _end(self, session: Session, response: Response) -> None:
        self._store.delete(session.sid)
        response.delete_cookie(self._cookie, secure=True, httponly=True, samesite="Lax", path="/")


def init_app(app: Flask) -> None:
    """Answer with an error while sessions cannot be read."""
    app.before_request(_refuse_without_session)


def _refuse_without_session() -> None:
    if getattr(session, "lost", False):
        raise ServiceUnavailable("sessions")


def new_secret_id() -> str:
    """256 random bits, for a cookie."""
    return secrets.token_urlsafe(_ID_BYTES)


def seal(key: bytes, name: str, content: dict[str, Any]) -> bytes:
    """AES-GCM, bound to the name under which it is stored."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(content).encode(), name.encode())


def unseal(key: bytes, name: str, sealed: bytes) -> dict[str, Any] | None:
    """The content; None for bytes that this key has not sealed for this name."""
    try:
        clear = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except InvalidTag:
        return None
    content: dict[str, Any] = json.loads(clear)
    return content
