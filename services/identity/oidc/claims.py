"""What every token of a provider must say: by whom, for whom, when (RFC 7519, section 4.1)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.contracts.errors import LoginRefused

SKEW = timedelta(seconds=60)
"""Clocks of two parties may differ by so much."""
OLDEST = timedelta(minutes=10)
"""A token comes straight from the provider: one that was issued before this is not for now."""

Claims = Mapping[str, Any]


def check_parties(claims: Claims, issuer: str, client_id: str) -> None:
    """Errors: LoginRefused(issuer | audience | authorized_party)."""
    if claims.get("iss") != issuer:
        raise LoginRefused("issuer")
    audience = claims.get("aud")
    meant = [audience] if isinstance(audience, str) else audience
    if not isinstance(meant, list) or client_id not in meant:
        raise LoginRefused("audience")
    # OpenID Connect Core, 3.1.3.7: with several audiences, none but us may have asked for it.
    if claims.get("azp", client_id if len(meant) == 1 else None) != client_id:
        raise LoginRefused("authorized_party")


def check_times(claims: Claims, now: datetime) -> datetime:
    """When it was issued.  Errors: LoginRefused(expired | not_yet_valid | too_old | malformed)."""
    issued = instant(claims, "iat")
    if instant(claims, "exp") <= now - SKEW:
        raise LoginRefused("expired")
    if issued > now + SKEW or ("nbf" in claims and instant(claims, "nbf") > now + SKEW):
        raise LoginRefused("not_yet_valid")
    if issued < now - OLDEST - SKEW:
        raise LoginRefused("too_old")
    return issued


def instant(claims: Claims, name: str) -> datetime:
    """A claim in seconds since the epoch.  Errors: LoginRefused(malformed)."""
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise LoginRefused("malformed")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise LoginRefused("malformed") from None


def text(claims: Claims, name: str) -> str:
    """A claim that must be a text with something in it.  Errors: LoginRefused(claim_missing)."""
    found = claims.get(name)
    if not isinstance(found, str) or not found.strip():
        raise LoginRefused("claim_missing")
    return found


def optional_text(claims: Claims, name: str) -> str:
    """The same where it may be missing: an empty text then.  Errors: LoginRefused(claim_missing)."""
    return text(claims, name) if claims.get(name) not in (None, "") else ""
