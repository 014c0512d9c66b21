"""How a machine client gets in: its tokens, and what it may know of this authorisation server."""

from __future__ import annotations

from gateway.blueprints.api.oauth import views
from gateway.blueprints.api.oauth.metadata import well_known

__all__ = ["views", "well_known"]
