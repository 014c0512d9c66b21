"""How the case file is reached; without an address there is none, and nothing can be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from services.chassis.settings import SettingsError


@dataclass(frozen=True, kw_only=True)
class CaseFileSettings:
    """Mixed into the settings of the files entry; `media` has the same `case_file_url`."""

    case_file_url: str = ""
    """https, whatever the environment."""
    case_file_ca_file: str = ""
    """The authorities whose server is believed (PEM)."""
    case_file_certificate_file: str = ""
    """Who we are to it, with the chain (PEM)."""
    case_file_key_file: str = ""
    case_file_failures: int = 5
    """So many in a row, and it is left alone."""
    case_file_pause_seconds: int = 30

    def check_case_file(self) -> None:
        """Raises SettingsError where something is missing, or does not fit together."""
        if not self.case_file_url:
            return
        if urlsplit(self.case_file_url).scheme != "https" or not urlsplit(self.case_file_url).hostname:
            raise SettingsError("CASE_FILE_URL is not https")
        if not all((self.case_file_ca_file, self.case_file_certificate_file, self.case_file_key_file)):
            raise SettingsError(
                "CASE_FILE_CA_FILE, CASE_FILE_CERTIFICATE_FILE or CASE_FILE_KEY_FILE is missing"
            )
        if min(self.case_file_failures, self.case_file_pause_seconds) <= 0:
            raise SettingsError("CASE_FILE_FAILURES or CASE_FILE_PAUSE_SECONDS is invalid")
