"""Logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.6).

A token that comes twice is believed twice: it ends what began before it was issued, so a repetition ends
nothing more, and a provider may repeat what we could not carry out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.contracts.errors import LoginRefused
from services.identity.oidc.claims import check_parties, check_times, optional_text
from services.identity.oidc.signature import Token

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPE = "logout+jwt"
_TYPES = (LOGOUT_TYPE, "jwt")
"""Explicit typing is recommended, not demanded (section 2.4)."""


@dataclass(frozen=True, slots=True)
class Logout:
    """Which sessions a provider has ended: one of a person, or all; one of the two is never empty."""

    subject: str
    session: str
    issued_at: datetime


def accept_logout(token: Token, issuer: str, client_id: str, now: datetime) -> Logout:
    """What a verified token ends.

    Errors: LoginRefused(token_type | issuer | audience | authorized_party | expired | not_yet_valid |
    too_old | token_id | event | logout_nonce | logout_subject | claim_missing | malformed).
    """
    claims = token.claims
    if str(token.header.get("typ", "jwt")).lower().removeprefix("application/") not in _TYPES:
        raise LoginRefused("token_type")
    check_parties(claims, issuer, client_id)
    issued_at = check_times(claims, now)
    _check_event(claims.get("events"))
    if "nonce" in claims:
        raise LoginRefused("logout_nonce")  # so that no ID token serves as one (section 2.4)
    if not optional_text(claims, "jti"):
        raise LoginRefused("token_id")
    subject, session = optional_text(claims, "sub"), optional_text(claims, "sid")
    if not subject and not session:
        raise LoginRefused("logout_subject")
    return Logout(subject, session, issued_at)


def _check_event(events: object) -> None:
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise LoginRefused("event")
