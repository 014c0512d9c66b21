"""From a wish to what booking answers and tells of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.booking.domain.earlier import Offered, OfferRules, Wish
from services.chassis.ids import new_id
from services.contracts.booking_events import EarlierSlotOffered
from services.contracts.earlier import NONE, EarlierOffer, EarlierWish


def no_wish(appointment_id: str, rules: OfferRules) -> EarlierWish:
    return EarlierWish(
        appointment_id=appointment_id,
        state=NONE,
        not_before=None,
        offers_left=rules.per_citizen,
        offer=None,
    )


def wish(known: Wish, rules: OfferRules) -> EarlierWish:
    return EarlierWish(
        appointment_id=known.appointment_id,
        state=known.state,
        not_before=known.not_before,
        offers_left=max(0, rules.per_citizen - known.offers_made),
        offer=EarlierOffer(**_shared(known.offer)) if known.offer else None,
    )


def offered_event(known: Wish, now: datetime) -> EarlierSlotOffered:
    if known.offer is None:
        raise ValueError("nothing is offered")
    return EarlierSlotOffered(
        event_id=new_id(),
        occurred_at=now,
        appointment_id=known.appointment_id,
        **_shared(known.offer),
    )


def _shared(offer: Offered) -> dict[str, Any]:
    """What citizens and consumers may know: not whose time it is."""
    return {name: value for name, value in asdict(offer).items() if name != "time_id"}
