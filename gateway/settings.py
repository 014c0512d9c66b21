"""What a process of the gateway is told at start; each entry reads the same variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gateway.case_file.settings import CaseFileSettings
from gateway.limits.table import Limit, overridden
from services.chassis.settings import (
    ProcessSettings,
    Secret,
    SecretKey,
    SettingsError,
    check_origin,
    refuse_outside_development,
)
from services.chassis.vault.objects import ObjectSettings, SpaceObjectSettings


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(ProcessSettings):
    """Raises SettingsError for a public address that is no origin, or a development aid in production."""

    amqp_url: Secret
    redis_url: Secret
    """Sessions, pending log-ins, and the rooms' logs."""
    public_url: str
    """The one origin that browsers see, without a path."""
    form_key: Secret
    """Signs the tokens of forms; the same for all entries and replicas."""
    session_cookie: str = "sid"
    """Written with the `__Host-` prefix; another name lets two platforms share one host name."""
    listen_host: str = "127.0.0.1"
    listen_port: int
    threads: int = 24
    """Requests handled at once by the pages and files entries, documents that come in not counted."""
    proxies: int = 1
    """How many of our proxies a request passes in a row; see `gateway/client_address.py`."""
    contact_phone: str = "+352 27 57-1"
    """The public telephone number of CNS, for whom the pages cannot help further."""
    rate_limits: tuple[str, ...] = ()
    """Rows of `gateway/limits/table.py` with other figures: `hold=20/200/30` (free/worked/known)."""
    mailbox_url: str = ""
    """Page of the development mail sink; refused in staging and production."""

    def __post_init__(self) -> None:
        check_origin(self.environment, self.public_url)
        refuse_outside_development(self.environment, CLOCK_URL=self.clock_url, MAILBOX_URL=self.mailbox_url)
        try:
            overridden(self.rate_limits)
        except ValueError:
            raise SettingsError(
                "RATE_LIMITS is not name=free/worked/known, with names that are limits"
            ) from None

    @cached_property
    def limits(self) -> dict[str, Limit]:
        """The table of limits as the operator has set it."""
        return overridden(self.rate_limits)

    @property
    def origin(self) -> str:
        return self.public_url.rstrip("/")

    @property
    def cookie_name(self) -> str:
        name = self.session_cookie
        return name if name.startswith("__Host-") else f"__Host-{name}"

    @property
    def login_cookie_name(self) -> str:
        return f"{self.cookie_name}-login"

    @property
    def in_development(self) -> bool:
        return self.environment in ("development", "test")


@dataclass(frozen=True, kw_only=True)
class PagesSettings(GatewaySettings):
    """The pages entry alone can tell a genuine personal link."""

    link_key: SecretKey
    mail_from: str
    """The sender of the mails; its domain makes the ids in calendar files the same as theirs."""
    return_address: str = "Caisse nationale de santé · L-2980 Luxembourg"
    """Stands small above the address in an envelope's window, one line."""

    @property
    def calendar_domain(self) -> str:
        return self.mail_from.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class CheckSettings:
    """Who looks at what comes in."""

    scanner: str
    """clamd, which knows malware: `host:port`, or `unix:` and a path."""
    inspector: str
    """`host:port` of `python -m gateway inspector`."""
    spool_folder: str = ""
    """Where sealed documents wait meanwhile; empty: where the system keeps temporary files."""


@dataclass(frozen=True, kw_only=True)
class FilesSettings(GatewaySettings, CheckSettings, CaseFileSettings, ObjectSettings, SpaceObjectSettings):
    """The files entry alone reaches the object store, its two buckets, and the case file."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check_case_file()


@dataclass(frozen=True, kw_only=True)
class InspectorSettings(ProcessSettings):
    """The inspector is told nothing that opens anything: no bus, no store, no key."""

    listen_host: str = "127.0.0.1"
    listen_port: int
    inspections_at_once: int = 2
    """Documents; each may take `child.MOST_MEMORY`."""


SETTINGS: dict[str, type[GatewaySettings]] = {
    "pages": PagesSettings,
    "events": GatewaySettings,
    "files": FilesSettings,
}
"""What each entry is told."""
