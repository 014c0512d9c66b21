"""`/console/calendars`: what can be booked, as data; each change is looked at before it is made."""

from __future__ import annotations

from gateway.blueprints.console.calendars import absences, entries, overview, preview
from gateway.blueprints.console.calendars.blueprint import blueprint

__all__ = ["absences", "blueprint", "entries", "overview", "preview"]
