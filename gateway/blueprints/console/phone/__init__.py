"""`/console/book`: an agent books for somebody who calls; the slot is held as on the citizens' path."""

from __future__ import annotations

from gateway.blueprints.console.phone import matter, person, review, time
from gateway.blueprints.console.phone.journey import blueprint

__all__ = ["blueprint", "matter", "person", "review", "time"]
