"""ID tokens: for us, of this log-in, by this provider, now (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oidc.core.util import create_half_hash

from services.contracts.errors import LoginRefused
from services.identity.oidc.claims import (
    SKEW,
    Claims,
    check_parties,
    check_times,
    instant,
    optional_text,
    text,
)
from services.identity.oidc.logout_token import LOGOUT_EVENT, LOGOUT_TYPE
from services.identity.oidc.signature import Token

_TYPES = ("jwt", "id_token+jwt")
_LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Client:
    """What was agreed with one provider about us."""

    issuer: str
    client_id: str
    algorithms: tuple[str, ...]
    contexts: tuple[str, ...] = ()
    """Authentication contexts (`acr`) that are good enough; empty: whichever the provider chooses."""
    oldest_login: timedelta | None = None
    """How long ago the person may have proved who it is (`auth_time`); None: not asked."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token of one log-in must say."""

    nonce: str
    access_token: str
    now: datetime
    since: datetime | None = None
    """When the person was sent to prove anew who it is; None: a log-in of before is good enough."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who has logged in, believed."""

    subject: str
    session: str
    """The provider's name for its session (`sid`), or empty."""
    issued_at: datetime
    """By the provider's clock."""
    context: str
    claims: Mapping[str, Any]


def accept(token: Token, client: Client, expected: Expected) -> Login:
    """The log-in that a verified token proves.

    Errors: LoginRefused(logout_token | token_type | issuer | audience | authorized_party | expired |
    not_yet_valid | too_old | nonce | access_token | acr | login_too_old | subject | malformed).
    """
    claims = token.claims
    _check_type(token)
    check_parties(claims, client.issuer, client.client_id)
    issued_at = check_times(claims, expected.now)
    _check_nonce(claims, expected.nonce)
    _check_access_token(token, expected.access_token)
    _check_context(claims, client)
    _check_login(claims, client.oldest_login, expected)
    return Login(
        _subject(claims), optional_text(claims, "sid"), issued_at, optional_text(claims, "acr"), claims
    )


def _check_type(token: Token) -> None:
    kind = str(token.header.get("typ", "jwt")).lower().removeprefix("application/")
    events = token.claims.get("events")
    if kind == LOGOUT_TYPE or (isinstance(events, dict) and LOGOUT_EVENT in events):
        raise LoginRefused("logout_token")
    if kind not in _TYPES:
        raise LoginRefused("token_type")  # an access token (`at+jwt`), a signed answer, or what else there is


def _check_nonce(claims: Claims, nonce: str) -> None:
    found = claims.get("nonce")
    if not isinstance(found, str) or not nonce or not hmac.compare_digest(found.encode(), nonce.encode()):
        raise LoginRefused("nonce")


def _check_access_token(token: Token, access_token: str) -> None:
    """Optional in the code flow, but where it is said it must be true (section 3.1.3.8)."""
    if "at_hash" in token.claims and token.claims["at_hash"] != _half_hash(token, access_token):
        raise LoginRefused("access_token")


def _half_hash(token: Token, access_token: str) -> str:
    algorithm = str(token.header["alg"]).replace("Ed25519", "EdDSA")
    return str(create_half_hash(access_token, algorithm).decode())


def _check_context(claims: Claims, client: Client) -> None:
    if client.contexts and claims.get("acr") not in client.contexts:
        raise LoginRefused("acr")


def _check_login(claims: Claims, oldest: timedelta | None, expected: Expected) -> None:
    bounds = [expected.since, None if oldest is None else expected.now - oldest]
    asked = [bound for bound in bounds if bound is not None]
    if not asked:
        return
    at = instant(claims, "auth_time")
    if at > expected.now + SKEW:
        raise LoginRefused("not_yet_valid")
    if at < max(asked) - SKEW:
        raise LoginRefused("login_too_old")


def _subject(claims: Claims) -> str:
    """Errors: LoginRefused(subject)."""
    try:
        subject = text(claims, "sub")
    except LoginRefused:
        raise LoginRefused("subject") from None
    if len(subject) > _LONGEST_SUBJECT:
        raise LoginRefused("subject")
    return subject
