"""Notify's settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from services.chassis.settings import (
    GUARDED,
    BusSettings,
    MongoSettings,
    Secret,
    SecretKey,
    SettingsError,
    check_origin,
)
from services.contracts.errors import InvalidField
from services.contracts.person_rules import tidy
from services.notify.domain.alarm import Mailbox
from services.notify.domain.delivery import REMINDER_DAY, REMINDER_HOUR
from services.notify.domain.reminders import Lead, Leads


@dataclass(frozen=True, kw_only=True)
class NotifySettings(BusSettings, MongoSettings):
    """Raises SettingsError when mail would leave unencrypted in staging or production."""

    smtp_host: str
    smtp_port: int
    smtp_security: Literal["none", "starttls", "tls"] | None = None
    """On the way to the mail server; `starttls` where nothing is said, `none` in development and test."""
    smtp_user: str | None = None
    smtp_password: Secret | None = None
    smtp_connections: int = 10
    """To the mail server at once; they are kept open while there is something to send."""
    mail_from: str
    """A plain address."""
    public_url: str
    """Where browsers find the platform, without a slash at the end."""
    link_key: SecretKey
    mail_lease_seconds: float = 180
    """For which one attempt holds a message: longer than all time-outs on its way together."""
    reminder_day_seconds: float = 24 * 3600
    """The first reminder comes so long before the start …"""
    reminder_day_quiet_seconds: float = 6 * 3600
    """… unless the confirmation or a new time was told less than this before it."""
    reminder_hour_seconds: float = 3600
    reminder_hour_quiet_seconds: float = 15 * 60
    alarm_mail_to: tuple[str, ...] = ()
    """Mailboxes of those who are told where no agent has come; nobody outside the console without any."""
    alarm_language: Literal["de", "en", "fr", "lb"] = "fr"
    helpdesk_url: str = "https://guichet.public.lu/"
    helpdesk_phone: str = "+352 247-82000"

    def __post_init__(self) -> None:
        check_origin(self.environment, self.public_url)
        if self.environment in GUARDED and self.security == "none":
            raise SettingsError(f"SMTP_SECURITY=none is refused in {self.environment}")
        if bool(self.smtp_user) != bool(self.smtp_password):
            raise SettingsError("SMTP_USER and SMTP_PASSWORD come together")
        if not self.reminder_day_seconds > self.reminder_hour_seconds > 0:
            raise SettingsError("REMINDER_DAY_SECONDS is longer than REMINDER_HOUR_SECONDS")
        if not all(_is_address(address) for address in self.alarm_mail_to):
            raise SettingsError("ALARM_MAIL_TO is a list of plain addresses, separated by commas")

    @property
    def duty(self) -> tuple[Mailbox, ...]:
        """Each mailbox once."""
        return tuple(Mailbox(address, self.alarm_language) for address in dict.fromkeys(self.alarm_mail_to))

    @property
    def leads(self) -> Leads:
        """The reminders, the earlier first."""
        return (
            _lead(REMINDER_DAY, self.reminder_day_seconds, self.reminder_day_quiet_seconds),
            _lead(REMINDER_HOUR, self.reminder_hour_seconds, self.reminder_hour_quiet_seconds),
        )

    @property
    def security(self) -> str:
        """How the way to the mail server is protected."""
        return self.smtp_security or ("starttls" if self.environment in GUARDED else "none")


def _is_address(text: str) -> bool:
    try:
        return tidy("email", text) == text
    except InvalidField:
        return False


def _lead(kind: str, before: float, quiet: float) -> Lead:
    return Lead(kind, timedelta(seconds=before), timedelta(seconds=quiet))
