"""The sources' settings."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.settings import Environment, refuse_outside_development


@dataclass(frozen=True, kw_only=True)
class SourcesSettings:
    """Raises SettingsError in staging and production: nothing here is true."""

    environment: Environment
    listen_port: int
    folder: str
    """What `files.Files.theirs` is."""

    def __post_init__(self) -> None:
        refuse_outside_development(self.environment, SOURCES=True)
