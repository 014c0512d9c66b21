"""The case file's settings."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.settings import Environment, refuse_outside_development


@dataclass(frozen=True, kw_only=True)
class CaseFileSettings:
    """Raises SettingsError in staging and production: nobody's case file is here."""

    environment: Environment
    listen_port: int
    page_port: int
    folder: str
    """Of its certificates; what arrives lies in `arrived/`."""

    def __post_init__(self) -> None:
        refuse_outside_development(self.environment, CASE_FILE=True)
