"""How long an appointment is kept, and what of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.booking.domain.claim import HOLD, LAPSED, Claim
from services.booking.domain.erasure import names_somebody

PERSONS_KEPT = timedelta(days=30)
"""Personal data, after the end of an appointment."""
KEPT = timedelta(days=365)
"""Figures and the trail, after the end of an appointment; those of a lapsed hold, after it was made."""


def changes_at(claim: Claim) -> datetime | None:
    """When time alone changes it next: its persons leave it, then it goes; None for a hold."""
    if not claim.is_appointment:
        return None
    return claim.ends_at + (PERSONS_KEPT if names_somebody(claim) else KEPT)


def ticket_needed_until(claim: Claim | None, now: datetime) -> datetime | None:
    """Until when at least the ticket of this hold or appointment is kept; None once it may go for good.

    A hold whose time is over may be confirmed by nobody, but only its giving back says so for ever.
    """
    if claim is None or claim.state == LAPSED:
        return None
    if claim.state == HOLD:
        return max(claim.held_until, now) + timedelta(minutes=1)
    until = claim.ends_at + PERSONS_KEPT
    return until if until > now else None
