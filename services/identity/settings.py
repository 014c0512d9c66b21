"""Identity's settings."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.settings import (
    BusSettings,
    Environment,
    MongoSettings,
    Secret,
    refuse_outside_development,
)


@dataclass(frozen=True, kw_only=True)
class IdentitySettings(BusSettings, MongoSettings):
    """Raises SettingsError when the development provider is switched on in staging or production."""

    development_provider: bool = False

    def __post_init__(self) -> None:
        refuse_outside_development(self.environment, DEVELOPMENT_PROVIDER=self.development_provider)


@dataclass(frozen=True, kw_only=True)
class SeedSettings(MongoSettings):
    """Of the demo data; raises SettingsError in staging and production."""

    environment: Environment
    demo_client_secret: Secret

    def __post_init__(self) -> None:
        refuse_outside_development(self.environment, DEMO_CLIENT_SECRET=self.demo_client_secret)
