"""Consents of persons to the processing of their data for an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(days=365)
"""As long as the trail of what was done with an appointment."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Given with the booking; it holds until the appointment is cancelled."""

    appointment_id: str
    person_id: str
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None = None

    def is_forgotten(self, now: datetime) -> bool:
        return now >= self.given_at + KEPT
