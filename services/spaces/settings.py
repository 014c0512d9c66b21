"""Spaces' settings."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from services.chassis.settings import GUARDED, BusSettings, MongoSettings, ProcessSettings, SettingsError


@dataclass(frozen=True, kw_only=True)
class SourceSettings(ProcessSettings):
    """How authorities are asked; without an address, in development alone, nobody is."""

    sources_url: str = ""
    """Where the authentic sources answer; https, whatever the environment."""
    sources_ca_file: str = ""
    """The authorities whose servers are believed (PEM)."""
    sources_certificate_file: str = ""
    """Who we are to them, with the chain (PEM)."""
    sources_key_file: str = ""
    sources_seconds: float = 3.0
    """For one question in all."""
    sources_failures: int = 5
    """So many in a row, and a source is left alone."""
    sources_pause_seconds: int = 30

    @property
    def source_files(self) -> tuple[str, str, str]:
        return self.sources_ca_file, self.sources_certificate_file, self.sources_key_file

    def check_sources(self) -> None:
        """Raises SettingsError where something is missing, or does not fit together."""
        if not self.sources_url and not any(self.source_files) and self.environment not in GUARDED:
            return
        if urlsplit(self.sources_url).scheme != "https" or not urlsplit(self.sources_url).netloc:
            raise SettingsError("SOURCES_URL is missing or not https")
        if not all(self.source_files):
            raise SettingsError("SOURCES_CA_FILE, SOURCES_CERTIFICATE_FILE or SOURCES_KEY_FILE is missing")
        if min(self.sources_seconds, self.sources_failures, self.sources_pause_seconds) <= 0:
            raise SettingsError("SOURCES_SECONDS, SOURCES_FAILURES or SOURCES_PAUSE_SECONDS is invalid")


@dataclass(frozen=True, kw_only=True)
class SpacesSettings(SourceSettings, BusSettings, MongoSettings):
    """The bus, a database, and whom to ask."""

    def __post_init__(self) -> None:
        self.check_sources()
