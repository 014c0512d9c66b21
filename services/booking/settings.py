"""What booking reads from its environment."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.settings import BusSettings, Environment, MongoSettings


@dataclass(frozen=True, kw_only=True)
class BookingSettings(BusSettings, MongoSettings):
    """Besides the platform's own."""

    hold_minutes: int = 10
    hold_renewals: int = 1
    open_appointments: int = 5
    """How many a citizen may have ahead who books himself; at least 1."""
    offer_minutes: int = 30
    """How long an earlier time is held for one citizen of the waiting list."""


@dataclass(frozen=True, kw_only=True)
class SeedSettings(MongoSettings):
    """What filling in the catalogue needs."""

    environment: Environment
