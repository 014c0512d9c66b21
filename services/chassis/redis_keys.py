"""What a process keeps in Redis: each shape of a name with what lies there and what makes it go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RedisKeys:
    """Names of one shape, `*` for what differs."""

    pattern: str
    holds: str
    goes: str
    """By itself, in words; or why not."""
    lasts: int | None = None
    """Seconds until Redis removes it, at the most, after it was last written; None: it does not."""
