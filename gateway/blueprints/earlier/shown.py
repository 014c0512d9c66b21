"""How a wish stands, for the pages that show an appointment."""

from __future__ import annotations

from flask import g

from gateway.backends import ask, now
from services.contracts.booking import Appointment
from services.contracts.earlier import EarlierWish, GetEarlierWish
from services.contracts.errors import PlatformError


def earlier_wish(appointment: Appointment | None) -> EarlierWish | None:
    """The wish of an appointment that is ahead; None for any other, and where booking does not say.

    An appointment is shown whatever becomes of the waiting list.
    """
    if appointment is None or appointment.state != "booked" or now() >= appointment.starts_at:
        return None
    known: dict[str, EarlierWish | None] = g.setdefault("earlier_wishes", {})
    if appointment.appointment_id not in known:
        known[appointment.appointment_id] = _asked_for(appointment.appointment_id)
    return known[appointment.appointment_id]


def _asked_for(appointment_id: str) -> EarlierWish | None:
    try:
        return ask(GetEarlierWish(appointment_id=appointment_id))
    except PlatformError:
        return None
