"""The sandbox's settings."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.settings import Environment, refuse_outside_development


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """Raises SettingsError in staging and production: whoever asks is logged in here."""

    environment: Environment
    listen_port: int
    public_url: str
    """The platform's one origin: what logs in here."""
    keys_folder: str
    """What `files.Files.sandbox` is."""

    def __post_init__(self) -> None:
        refuse_outside_development(self.environment, SANDBOX=True)

    @property
    def origin(self) -> str:
        """Another site than the platform's `localhost`, as a real provider is."""
        return f"http://127.0.0.1:{self.listen_port}"
