"""What media control is told of the relay for networks that let no UDP through."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.chassis.settings import GUARDED, ProcessSettings, Secret, SettingsError

_URL = re.compile(r"turns?:(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?")
"""RFC 7065 section 3.1, with the two transports that browsers know."""


@dataclass(frozen=True, kw_only=True)
class RelaySettings(ProcessSettings):
    """Raises SettingsError for half a relay, and in staging and production for none by TLS."""

    turn_urls: tuple[str, ...] = ()
    """Where browsers find the relay: `turn:` and `turns:` addresses."""
    turn_secret: Secret | None = None
    """Shared with the relay, which knows by it who has our leave."""
    relay_hours: float = 4
    """Longer than any call."""

    def __post_init__(self) -> None:
        if bool(self.turn_urls) != bool(self.turn_secret):
            raise SettingsError("TURN_URLS and TURN_SECRET come together")
        if not all(_URL.fullmatch(url) for url in self.turn_urls):
            raise SettingsError("TURN_URLS is invalid")
        by_tls = any(url.startswith("turns:") for url in self.turn_urls)
        if self.environment in GUARDED and not by_tls:
            raise SettingsError(f"TURN_URLS without turns: is refused in {self.environment}")
        if self.relay_hours <= 0:
            raise SettingsError("RELAY_HOURS is invalid")
