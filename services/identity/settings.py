"""Identity's settings."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.settings import (
    BusSettings,
    Environment,
    MongoSettings,
    Secret,
    SecretKey,
    SettingsError,
    check_origin,
    refuse_outside_development,
)


@dataclass(frozen=True, kw_only=True)
class IdentitySettings(BusSettings, MongoSettings):
    """Raises SettingsError for what does not fit together."""

    providers_file: str = ""
    """Describes the providers of log-ins (TOML, see `providers.py`); empty: there are none."""
    keys_folder: str = ""
    """Where the keys, certificates and secrets lie that the file names."""
    master_key: SecretKey
    """Keys for single purposes are derived from it: the codes that prove addresses."""
    leaving_grace_days: int = 30
    """How long somebody who has asked to be erased may come back."""
    public_url: str
    """The one origin that browsers see: providers send them back there."""

    def __post_init__(self) -> None:
        if self.providers_file and not self.keys_folder:
            raise SettingsError("KEYS_FOLDER is missing")
        check_origin(self.environment, self.public_url)


@dataclass(frozen=True, kw_only=True)
class SeedSettings(MongoSettings):
    """Of the demo data; raises SettingsError in staging and production."""

    environment: Environment
    demo_client_secret: Secret
    demo_persons: str
    """File with the persons and the staff that can be chosen at the sandbox (TOML)."""
    demo_staff_issuer: str
    """The sandbox's provider of the staff's accounts."""

    def __post_init__(self) -> None:
        refuse_outside_development(self.environment, DEMO_CLIENT_SECRET=self.demo_client_secret)
