"""A proof of work in the format of ALTCHA: made for one page and session, signed, good once, for ten minutes.

The browser looks for the number whose derived key (PBKDF2) begins as the challenge says.  The number is
drawn from the upper half of a range, so the work is about the same each time and its end is in sight; the
library signs the key that belongs to it, so looking at a solution costs no derivation.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from altcha import Payload, create_challenge, verify_solution
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LIFETIME_SECONDS = 600
HARDEST = 5
"""The highest level."""
TRIES = 300
"""Numbers to be tried for each level, at most; half of them at least."""
_ALGORITHM, _ITERATIONS = "PBKDF2/SHA-256", 10_000
_MAX_LENGTH = 4096


@dataclass(frozen=True)
class Occasion:
    """What a challenge is good for, and no other: an action, and the session in which it was asked for."""

    purpose: str
    session_id: str


class Challenges:
    """Makes and judges challenges with keys derived from one secret."""

    def __init__(self, secret: bytes, redis: Any) -> None:
        self._signing, self._solving, self._binding = _keys(secret)
        self._redis = redis

    def make(self, occasion: Occasion, level: int) -> dict[str, Any]:
        """A challenge of a level from 1 to `HARDEST`, as the page's script reads it."""
        most = TRIES * level
        made = create_challenge(
            _ALGORITHM,
            _ITERATIONS,
            counter=most // 2 + secrets.randbelow(most // 2),
            expires_at=int(time.time()) + LIFETIME_SECONDS,
            data={"occasion": self._bound(occasion), "level": level},
            hmac_secret=self._signing,
            hmac_key_secret=self._solving,
        )
        return made.to_dict()

    def spend(self, text: str, occasion: Occasion, level: int) -> bool:
        """Whether this is a solution for the occasion, of this level at least, given for the first time.

        Raises RedisError: while nobody can tell whether it was given before, it does not count.
        """
        payload = _read(text)
        if payload is None or not self._is_right(payload, occasion, level):
            return False
        name = f"gateway:proof:{payload.challenge.signature}"
        return bool(self._redis.set(name, "1", ex=LIFETIME_SECONDS + 1, nx=True))

    def _is_right(self, payload: Payload, occasion: Occasion, level: int) -> bool:
        """Only what is signed is looked into."""
        if not verify_solution(payload, self._signing, hmac_key_secret=self._solving).verified:
            return False
        said = payload.challenge.parameters.data or {}
        return bool(said["occasion"] == self._bound(occasion) and said["level"] >= level)

    def _bound(self, occasion: Occasion) -> str:
        text = f"{occasion.purpose}\n{occasion.session_id}"
        return hmac.new(self._binding, text.encode(), hashlib.sha256).hexdigest()[:32]


def _read(text: str) -> Payload | None:
    try:
        return Payload.from_base64(text) if len(text) <= _MAX_LENGTH else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


@lru_cache(maxsize=2)
def _keys(secret: bytes) -> tuple[bytes, bytes, bytes]:
    made = HKDF(SHA256(), 96, salt=None, info=b"gateway proof of work").derive(secret)
    return made[:32], made[32:64], made[64:]
