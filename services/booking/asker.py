"""Who asks, and whence, as the audit trail keeps it."""

from __future__ import annotations

from services.booking.domain.life import CITIZEN
from services.chassis import context

_BACK_OFFICE = ("console", "api")
"""Channels by which nobody but staff and machine clients comes in."""


def origin() -> str:
    """The channel and the keyed hash of the network address; empty for what the platform does by itself."""
    return context.current().origin


def actor_of(holder: str) -> str:
    """Who holds and confirms: staff and machine clients under their own ids, a citizen under a session's."""
    return holder if origin().partition(":")[0] in _BACK_OFFICE else CITIZEN
