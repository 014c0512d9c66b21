"""One message and its way out: claimed once, leased while it is tried, then sent or failed.

The claim is the insertion of the delivery under its id, so an event that comes
fifty times makes one message.  Who tries it holds a lease; who dies holding it
loses it when the lease runs out, and somebody else tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

CONFIRMATION, MOVED, CANCELLED = "confirmation", "moved", "cancelled"
CONFIRMATION_AGAIN = "confirmation_again"
"""Sent on request; it says what the confirmation says, as things are now."""
KINDS = (CONFIRMATION, MOVED, CANCELLED, CONFIRMATION_AGAIN)

AGAIN_AN_HOUR = 3
"""How often somebody may ask for it, for one appointment."""

CODES_AN_HOUR = 5
"""How often a code may be mailed to one address, whoever asks for it."""

PENDING, SENT, FAILED, SUPERSEDED = "pending", "sent", "failed", "superseded"
STATES = (PENDING, SENT, FAILED, SUPERSEDED)

_WAITS = (5, 15, 60, 300, 900, 1800, 3600)
"""Seconds after each failed attempt; the last one again and again."""
MAX_ATTEMPTS = 36
"""About 30 hours of a mail server that does not take the message."""


@dataclass(frozen=True, slots=True)
class Message:
    """Which message: its kind, about which appointment, in which version."""

    kind: str
    appointment_id: str
    version: int
    occasion: str = ""
    """Tells those apart that may be sent more than once in a version."""

    @property
    def delivery_id(self) -> str:
        """The same for every delivery of the same event."""
        occasion = f"|{self.occasion}" if self.occasion else ""
        return f"{self.appointment_id}|{self.kind}|{self.version}{occasion}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it stands; its text is never stored."""

    message: Message
    state: str
    attempts: int
    due_at: datetime
    """Nobody tries before: the end of a lease, or the next try after a failure.  Real time."""
    changed_at: datetime


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failed attempts; None: never."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + timedelta(seconds=_WAITS[min(attempts, len(_WAITS)) - 1])


def is_superseded(message: Message, state: str, version: int) -> bool:
    """True when a later message says it all, so that this one would only confuse.

    `state` and `version` are those of the appointment as it is now.
    """
    if message.kind == CANCELLED:
        return False
    return state == "cancelled" or (message.kind == MOVED and version > message.version)
