"""Notify's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.chassis.settings import GUARDED, BusSettings, MongoSettings, Secret, SecretKey, SettingsError


@dataclass(frozen=True, kw_only=True)
class NotifySettings(BusSettings, MongoSettings):
    """Raises SettingsError when mail would leave unencrypted in staging or production."""

    smtp_host: str
    smtp_port: int
    smtp_security: Literal["none", "starttls", "tls"] | None = None
    """On the way to the mail server; `starttls` where nothing is said, `none` in development and test."""
    smtp_user: str | None = None
    smtp_password: Secret | None = None
    mail_from: str
    """A plain address."""
    public_url: str
    """Where browsers find the platform, without a slash at the end."""
    link_key: SecretKey
    mail_lease_seconds: float = 180
    """For which one attempt holds a message: longer than all time-outs on its way together."""
    helpdesk_url: str = "https://guichet.public.lu/"

    def __post_init__(self) -> None:
        if self.environment in GUARDED and self.security == "none":
            raise SettingsError(f"SMTP_SECURITY=none is refused in {self.environment}")
        if bool(self.smtp_user) != bool(self.smtp_password):
            raise SettingsError("SMTP_USER and SMTP_PASSWORD come together")

    @property
    def security(self) -> str:
        """How the way to the mail server is protected."""
        return self.smtp_security or ("starttls" if self.environment in GUARDED else "none")
