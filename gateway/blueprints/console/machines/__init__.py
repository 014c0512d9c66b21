"""`/console/machines`: which systems may use the service API, by which keys, and who decided so."""

from __future__ import annotations

from gateway.blueprints.console.machines import keys, overview, profile, registration, secret, switch
from gateway.blueprints.console.machines.blueprint import blueprint

__all__ = ["blueprint", "keys", "overview", "profile", "registration", "secret", "switch"]
