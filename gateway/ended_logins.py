"""Log-ins that are over before their time, wherever their sessions are.

A session can only be opened with its browser's cookie, so it cannot be looked for.  Instead it is noted what
has ended, and each session with a log-in is held against the notes when it is loaded.  Redis sees keyed
hashes of the keys, and instants.

A log-in is known by several keys, each with the instant at which it was proved; a note ends those that were
proved at its instant or before.  The keys of a provider are its digests, by the provider's clock.  Ours are
`session:<handle>`, `person:<id>` or `staff:<id>`, and `credential:<id>`, by Redis's clock.

Who revokes a credential does it by `revoke(request)`: whatever was opened with it is over.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from redis import RedisError

from gateway.backends import ask, runtime
from services.contracts.credentials import RevokeCredential, RevokeForPerson
from services.contracts.errors import ServiceUnavailable
from services.contracts.identity import Principal

LOGINS = "logins"
"""Where a session keeps its log-ins, by audience."""
KEYS = "keys"
"""Of one log-in: the keys that end it, each with the instant at which it was proved."""
_NAME = "gateway:ended-logins"
_SECONDS = 10 * 3600
"""Longer than any session lives, and clocks differ."""


class EndedLogins:
    """The notes: one sorted set of keys by the instant up to which their log-ins are over."""

    def __init__(self, redis: Any, form_key: bytes) -> None:
        self._redis = redis
        self._key = HKDF(SHA256(), 32, salt=None, info=b"gateway ended logins").derive(form_key)

    def end(self, keys: Iterable[str], proved_until: float) -> None:
        """Note it; an earlier instant changes nothing about a later one.  Raises RedisError."""
        long_ago = min(proved_until, self.now()) - _SECONDS
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(_NAME, {self._hashed(key): proved_until for key in keys}, gt=True)
            pipe.zremrangebyscore(_NAME, "-inf", long_ago)
            pipe.expire(_NAME, _SECONDS)
            pipe.execute()

    def end_now(self, *keys: str) -> None:
        """The same for keys of ours, up to now.  Raises RedisError."""
        self.end(keys, self.now())

    def now(self) -> float:
        """Seconds since the epoch, by Redis's clock.  Raises RedisError."""
        seconds, microseconds = self._redis.time()
        return float(seconds + microseconds / 1_000_000)

    def have_ended(self, content: Mapping[str, Any]) -> bool:
        """Whether one of a session's log-ins is over.  Raises RedisError."""
        return any(map(self.has_ended, content.get(LOGINS, {}).values()))

    def has_ended(self, login: Mapping[str, Any]) -> bool:
        """The same of one log-in.  Raises RedisError."""
        by_key = {self._hashed(key): proved for key, proved in login[KEYS].items()}
        until = self._redis.zmscore(_NAME, list(by_key))
        pairs = zip(by_key.values(), until, strict=True)
        return any(mark is not None and proved <= mark for proved, mark in pairs)

    def _hashed(self, key: str) -> str:
        return hmac.new(self._key, key.encode(), hashlib.sha256).hexdigest()


def ended_logins() -> EndedLogins:
    """The notes of this application."""
    return EndedLogins(runtime().redis, runtime().settings.form_key.reveal().encode())


def end_credential(credential_id: str) -> None:
    """End every session that was opened with it until now.  Raises RedisError."""
    ended_logins().end_now(of_credential(credential_id))


def revoke(wanted: RevokeCredential | RevokeForPerson) -> None:
    """Revoke a credential of whose owner the caller is certain, and end what was opened with it.

    The sessions end before and after: whoever dies in between leaves none open that was there before.
    Errors: ServiceUnavailable(sessions), those of the request.
    """
    try:
        end_credential(wanted.credential_id)
        ask(wanted)
        end_credential(wanted.credential_id)
    except RedisError:
        raise ServiceUnavailable("sessions") from None


def of_session(handle: str) -> str:
    return f"session:{handle}"


def of_person(audience: str, subject_id: str) -> str:
    """Of whoever has logged in: everything that is open in his name."""
    return f"{'staff' if audience == 'staff' else 'person'}:{subject_id}"


def of_credential(credential_id: str) -> str:
    return f"credential:{credential_id}"


def keys_of(principal: Principal, handle: str, proved: float) -> dict[str, float]:
    """What may end a log-in that was proved at that instant of Redis's clock."""
    ours = [of_session(handle), of_person(principal.audience, principal.subject_id)]
    ours += [of_credential(principal.credential_id)] if principal.credential_id else []
    return dict.fromkeys(ours, proved) | _keys_of_provider(principal.session_keys, principal.proved_at)


def _keys_of_provider(keys: Iterable[str], proved_at: datetime | None) -> dict[str, float]:
    return dict.fromkeys(keys, proved_at.timestamp()) if proved_at else {}
