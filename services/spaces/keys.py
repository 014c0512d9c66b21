"""Ids that a repeated request finds again."""

from __future__ import annotations

import base64
import hashlib


def id_of(*parts: str) -> str:
    """24 URL-safe characters that nobody guesses who does not know a part that nobody guesses."""
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
