"""Guests of a room: invited, let in, revoked.  Immutable, like the room that holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One invitation; nothing of a person is kept with it."""

    guest_id: str
    kind: str
    key: str
    """Of the request that has made it: repeated, it makes no other."""
    until: datetime
    let_in_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_welcome(self, now: datetime) -> bool:
        """Let in while the invitation lasted, or still invited; and not revoked."""
        return self.revoked_at is None and (self.let_in_at is not None or now < self.until)

    def state(self, now: datetime, *, here: bool) -> str:
        """As the contract names it."""
        if self.revoked_at is not None:
            return "revoked"
        if self.let_in_at is not None:
            return "here" if here else "away"
        if not self.is_welcome(now):
            return "expired"
        return "waits" if here else "sent"


def with_guest(guests: Iterable[Guest], changed: Guest) -> tuple[Guest, ...]:
    """In the place of the one with the same id."""
    return tuple(changed if guest.guest_id == changed.guest_id else guest for guest in guests)
