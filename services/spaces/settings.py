"""Spaces' settings."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.settings import BusSettings, MongoSettings


@dataclass(frozen=True, kw_only=True)
class SpacesSettings(BusSettings, MongoSettings):
    """The bus and a database, nothing else."""
