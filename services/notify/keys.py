"""What stands in the store for an address and for a caller's key."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyedHash:
    """The same for the same address, and of no use without the key."""

    key: bytes

    def __call__(self, text: str) -> str:
        return hmac.new(self.key, text.strip().lower().encode(), hashlib.sha256).hexdigest()


def occasion_of(request_key: str) -> str:
    """A caller's key in a length of ours."""
    return hashlib.sha256(request_key.encode()).hexdigest()[:32]
