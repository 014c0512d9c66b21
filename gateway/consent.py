"""To which text somebody has consented who books by himself: that of the page `booking/welcome.html`."""

from __future__ import annotations

CONSENT_VERSION = "2026-11"
"""Another one with every change of what is said there."""
