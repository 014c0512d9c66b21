"""Spaces' settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from services.chassis.settings import (
    GUARDED,
    BusSettings,
    MongoSettings,
    ProcessSettings,
    Secret,
    SecretKey,
    SettingsError,
)
from services.chassis.vault.objects import SpaceObjectSettings
from services.contracts.space_documents import BIN_DAYS, VERSION_DAYS
from services.spaces.domain.document import Rules

_USUAL = Rules()


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
class SpacesSettings(SourceSettings, SpaceObjectSettings, BusSettings, MongoSettings):
    """`MASTER_KEY` may list several keys: the first wraps, all of them unwrap."""

    keys_mongo_uri: Secret
    keys_mongo_database: str
    master_key: tuple[SecretKey, ...]

    quota_bytes: int = _USUAL.quota
    """Of the documents in one space: versions that are kept and the bin count."""
    max_document_bytes: int = _USUAL.most_bytes
    max_documents: int = _USUAL.most_documents
    max_earlier_versions: int = _USUAL.most_earlier
    """Of one document, beside the current one."""
    upload_kept_for_minutes: float = 30
    version_kept_for_days: float = VERSION_DAYS
    bin_kept_for_days: float = BIN_DAYS
    grant_seconds: float = 60
    compare_hours: float = 6
    """From one comparison of the stores of documents to the next; 0: never."""

    def __post_init__(self) -> None:
        self.check_sources()
        self._check_documents()

    def _check_documents(self) -> None:
        """Raises SettingsError for a number with which nothing could be kept."""
        above_nothing = (
            "quota_bytes",
            "max_document_bytes",
            "max_documents",
            "upload_kept_for_minutes",
            "version_kept_for_days",
            "bin_kept_for_days",
            "grant_seconds",
        )
        wrong = [name for name in above_nothing if getattr(self, name) <= 0]
        wrong += [name for name in ("max_earlier_versions", "compare_hours") if getattr(self, name) < 0]
        if wrong:
            raise SettingsError("; ".join(f"{name.upper()} is invalid" for name in wrong))


def rules_of(settings: SpacesSettings) -> Rules:
    """The numbers of the domain."""
    return Rules(
        quota=settings.quota_bytes,
        most_bytes=settings.max_document_bytes,
        most_documents=settings.max_documents,
        most_earlier=settings.max_earlier_versions,
        upload_kept_for=timedelta(minutes=settings.upload_kept_for_minutes),
        version_kept_for=timedelta(days=settings.version_kept_for_days),
        bin_kept_for=timedelta(days=settings.bin_kept_for_days),
        grant_for=timedelta(seconds=settings.grant_seconds),
    )
