"""Identifiers that nobody can guess."""

from __future__ import annotations

import secrets


def new_id() -> str:
    """144 random bits as 24 URL-safe characters: for holds, appointments, rooms, events, documents."""
    return secrets.token_urlsafe(18)
