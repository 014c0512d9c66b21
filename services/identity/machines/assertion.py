"""Assertions by which a machine client proves itself: `private_key_jwt` (RFC 7523, section 3).

Stricter than the RFC where its revision is (draft-ietf-oauth-rfc7523bis): the audience is our issuer and
nothing else, so that what was made for another server opens nothing here, nor ours there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.contracts.errors import LoginRefused
from services.contracts.machines import ALGORITHMS, ASSERTION_SECONDS
from services.identity.domain.machine import Key
from services.identity.machines.public_key import algorithms_of, imported
from services.identity.oidc import signature
from services.identity.oidc.claims import Claims, instant, text
from services.identity.oidc.keys import KeyRing

LEEWAY = timedelta(seconds=30)
"""Clocks of two parties may differ by so much."""
LONGEST_LIFE = timedelta(seconds=ASSERTION_SECONDS)
_LONGEST_ID = 255
_TYPES = ("jwt", "client-authentication+jwt")


@dataclass(frozen=True, slots=True)
class Assertion:
    """What was believed; whether it is shown for the first time, the caller has to find out."""

    key: Key
    jti: str
    expires_at: datetime


def subject_of(assertion: str) -> str:
    """Whose it claims to be, not to be believed yet.  Errors: LoginRefused(malformed | subject)."""
    signature.header_of(assertion)
    return _text(signature.claims_of(assertion), "sub", "subject")


def verified(assertion: str, client_id: str, issuer: str, keys: Sequence[Key], now: datetime) -> Assertion:
    """The assertion of a client with these keys, for us, now (`now` in real time).

    Errors: LoginRefused with a reason for the log: malformed, critical, unsigned, symmetric, algorithm,
    key_unknown, signature, token_type, issuer, subject, audience, expired, not_yet_valid, too_long,
    too_old, token_id.
    """
    signed, key = _signed(assertion, keys)
    _check_type(signed.header)
    _check_parties(signed.claims, client_id, issuer)
    expires_at = _check_times(signed.claims, now)
    return Assertion(key, _text(signed.claims, "jti", "token_id"), expires_at)


def _signed(assertion: str, keys: Sequence[Key]) -> tuple[signature.Token, Key]:
    """By one of the client's own keys, whatever else the header names or carries."""
    header = signature.header_of(assertion)
    refusal = LoginRefused("key_unknown")
    for key in keys:
        jwk = json.loads(key.public_key)
        named = header.get("kid", key.key_id)
        if named not in (key.key_id, jwk.get("kid")):
            continue
        try:
            return signature.verified(assertion, _ring(jwk, named), _allowed(jwk)), key
        except LoginRefused as error:
            refusal = error
    raise refusal


def _ring(jwk: dict[str, Any], named: str) -> KeyRing:
    return KeyRing((imported(jwk | {"kid": named}),))


def _allowed(jwk: dict[str, Any]) -> tuple[str, ...]:
    return tuple(algorithm for algorithm in algorithms_of(jwk) if algorithm in ALGORITHMS)


def _check_type(header: Claims) -> None:
    """No token of another kind, even one that the same key has signed (RFC 8725, section 3.11)."""
    if str(header.get("typ", "jwt")).lower().removeprefix("application/") not in _TYPES:
        raise LoginRefused("token_type")


def _check_parties(claims: Claims, client_id: str, issuer: str) -> None:
    if claims.get("iss") != client_id:
        raise LoginRefused("issuer")
    if claims.get("sub") != client_id:
        raise LoginRefused("subject")
    if claims.get("aud") not in (issuer, [issuer]):
        raise LoginRefused("audience")


def _check_times(claims: Claims, now: datetime) -> datetime:
    expires_at = instant(claims, "exp")
    if expires_at <= now - LEEWAY:
        raise LoginRefused("expired")
    if expires_at > now + LONGEST_LIFE + LEEWAY:
        raise LoginRefused("too_long")
    for name in ("iat", "nbf"):
        if name in claims and instant(claims, name) > now + LEEWAY:
            raise LoginRefused("not_yet_valid")
    if "iat" in claims and instant(claims, "iat") < expires_at - LONGEST_LIFE - LEEWAY:
        raise LoginRefused("too_old")
    return expires_at


def _text(claims: Claims, name: str, reason: str) -> str:
    try:
        found = text(claims, name)
    except LoginRefused:
        raise LoginRefused(reason) from None
    if len(found) > _LONGEST_ID:
        raise LoginRefused(reason)
    return found
