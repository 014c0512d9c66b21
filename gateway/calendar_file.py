"""The calendar file of the confirmation page: the same UID as the mail's, so nothing doubles."""

from __future__ import annotations

from datetime import datetime

from services.chassis import calendar_file as shared
from services.contracts.booking import Appointment


def calendar_file(appointment: Appointment, title: str, origin: str, domain: str, now: datetime) -> bytes:
    """One event to be added (METHOD:PUBLISH); it says neither who nor what it is about."""
    event = shared.entry(appointment, title, origin, domain, now)
    return shared.calendar_file("PUBLISH", shared.ringing(event))
