"""The console's pages of persons: their means of logging in, what happened to them, revoking, reinstating."""

from __future__ import annotations

from gateway.blueprints.console.persons import account, changes, search
from gateway.blueprints.console.persons.blueprint import blueprint

__all__ = ["account", "blueprint", "changes", "search"]
