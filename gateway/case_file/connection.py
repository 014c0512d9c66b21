"""The case file as it is configured."""

from __future__ import annotations

from gateway.case_file.http import Away, HttpCaseFile
from gateway.case_file.port import CaseFile, NotKept
from gateway.case_file.settings import CaseFileSettings
from services.chassis.breaker import Breaker
from services.chassis.mutual_tls import mutual_tls


class NoCaseFile:
    """None is configured; `media`, which is told the same, offers nothing."""

    def is_away(self) -> bool:
        return True

    def put(self, *_: object) -> str:
        raise NotKept


def connected(settings: CaseFileSettings) -> CaseFile:
    """Raises OSError for files that are missing or do not fit."""
    if not settings.case_file_url:
        return NoCaseFile()
    files = (settings.case_file_ca_file, settings.case_file_certificate_file, settings.case_file_key_file)
    breaker = Breaker(settings.case_file_failures, settings.case_file_pause_seconds, Away)
    return HttpCaseFile(settings.case_file_url, mutual_tls(*files), breaker)
