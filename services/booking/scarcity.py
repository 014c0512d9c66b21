"""The one way in which time is claimed; SCARCITY.md is its page."""

from __future__ import annotations

from datetime import datetime

from services.booking import views
from services.booking.domain.claim import HOLD, Claim, lapsed
from services.booking.domain.life import PLATFORM
from services.booking.ports import Claims
from services.contracts.wire import Event


def claim_time(claims: Claims, claim: Claim, now: datetime, *events: Event) -> bool:
    """Claim an agent's time for a hold or a moved appointment; True for exactly one of many.

    What lies there and has run out is given back first, with its event, and then taken over.
    """
    if claims.insert(claim, *events):
        return True
    there = claims.at(claim.claim_id)
    if there is None or not there.is_vacant(now):
        return False
    if there.state == HOLD and not give_back(claims, there, now):
        return False
    return claims.take_over(there, claim, *events)


def give_back(claims: Claims, hold: Claim, now: datetime, *, actor: str = PLATFORM, origin: str = "") -> bool:
    """End a hold, with its event and its step in the audit trail; False where it is none any more."""
    return claims.lapse(lapsed(hold, actor, now, origin), views.lapsed_event(hold, now))
