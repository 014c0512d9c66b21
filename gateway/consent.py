"""To which text somebody has consented: another version with every change of what is said there."""

from __future__ import annotations

CONSENT_VERSION = "2026-11"
"""To the processing for an appointment, by who books himself: the page `booking/welcome.html`."""
KEEPING_VERSION = "2026-11"
"""To keeping data in the private space: the part `space/_keeping.html`, wherever one is created."""
