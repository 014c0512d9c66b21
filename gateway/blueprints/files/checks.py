"""What every document passes before anybody else sees it: the scanner for malware, and the inspector."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from flask import Flask, current_app

from gateway.inspection.client import Inspector, Picture, Source, Verdict
from gateway.inspection.scanner import Scan, Scanner
from gateway.limits.turns import Turns
from gateway.settings import CheckSettings
from services.chassis.settings import load

_CHECKS = "checks"

AT_ONCE = 4
"""Documents that are looked at and stored by one process; the others wait, sealed, for their turn.

All replicas' together lie in the scanner's memory, see `deploy/k8s/scanner`.
"""
OF_ONE = 2
"""Of one person's: a document that takes long to look at makes nobody else wait."""
TURN_SECONDS = 30.0
"""A page waits 90 for its answer."""


class Scans(Protocol):
    """As `gateway.inspection.scanner.Scanner`."""

    def scan(self) -> AbstractContextManager[Scan]: ...


class Inspects(Protocol):
    """As `gateway.inspection.client.Inspector`."""

    def examine(self, media_type: str, source: Source) -> Verdict: ...

    def render(
        self, media_type: str, source: Source, page: int, width: int, watermark: str = ""
    ) -> Picture: ...


@dataclass(frozen=True)
class Checks:
    """Both of them, and what they need."""

    scanner: Scans
    inspector: Inspects
    spool_folder: str = ""
    """Where a document waits for them."""
    turns: Turns = field(default_factory=lambda: Turns(AT_ONCE, OF_ONE, TURN_SECONDS))


def register(app: Flask) -> None:
    """Raises SettingsError where the scanner or the inspector is not configured."""
    settings = load(CheckSettings)
    app.extensions[_CHECKS] = Checks(
        Scanner(settings.scanner), Inspector(settings.inspector), settings.spool_folder
    )


def checks() -> Checks:
    found: Checks = current_app.extensions[_CHECKS]
    return found


def inspector() -> Inspects:
    """For what is to be shown as a picture."""
    return checks().inspector
