"""Log-ins that their provider has ended, wherever their sessions are.

A session can only be opened with its browser's cookie, so it cannot be looked for.  Instead it is noted what
has ended, and each session with a log-in that a provider may end is held against the notes when it is loaded.
Redis sees keyed hashes of what are digests already, and instants of the provider's clock.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.contracts.identity import Principal

LOGINS = "logins"
"""Where a session keeps what may end it."""
_NAME = "gateway:ended-logins"
_SECONDS = 10 * 3600
"""Longer than any session lives, and clocks differ."""


class EndedLogins:
    """The notes: one sorted set of keys by the instant up to which their log-ins are over."""

    def __init__(self, redis: Any, form_key: bytes) -> None:
        self._redis = redis
        self._key = HKDF(SHA256(), 32, salt=None, info=b"gateway ended logins").derive(form_key)

    def end(self, session_keys: Iterable[str], proved_until: datetime) -> None:
        """Note it; an earlier instant changes nothing about a later one.  Raises RedisError."""
        until = proved_until.timestamp()
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(_NAME, {self._hashed(key): until for key in session_keys}, gt=True)
            pipe.zremrangebyscore(_NAME, "-inf", until - _SECONDS)
            pipe.expire(_NAME, _SECONDS)
            pipe.execute()

    def have_ended(self, content: Mapping[str, Any]) -> bool:
        """Whether one of a session's log-ins is over.  Raises RedisError."""
        logins = content.get(LOGINS, {}).values()
        by_key = {self._hashed(key): login["proved_at"] for login in logins for key in login["keys"]}
        if not by_key:
            return False
        until = self._redis.zmscore(_NAME, list(by_key))
        pairs = zip(by_key.values(), until, strict=True)
        return any(mark is not None and proved <= mark for proved, mark in pairs)

    def _hashed(self, key: str) -> str:
        return hmac.new(self._key, key.encode(), hashlib.sha256).hexdigest()


def noted(principal: Principal) -> dict[str, Any]:
    """What a session keeps of a log-in that its provider may end; empty for any other."""
    if not principal.session_keys or principal.proved_at is None:
        return {}
    return {"keys": list(principal.session_keys), "proved_at": principal.proved_at.timestamp()}
