"""Machine clients and their tokens.  Only SHA-256 digests are known here, never a secret or a token."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.contracts.errors import CredentialsRefused, NotAllowed

LIFETIME = timedelta(minutes=10)
_NOBODY = "0" * 64
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class MachineClient:
    client_id: str
    secret_digest: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """Valid before `expires_at`, which is a whole second, as OAuth's answers count them."""

    digest: str
    client_id: str
    scopes: tuple[str, ...]
    expires_at: datetime


def prove(client: MachineClient | None, secret_digest: str) -> MachineClient:
    """The client, if the secret is its own; as slow for a stranger.  Errors: CredentialsRefused."""
    expected = client.secret_digest if client else _NOBODY
    if not same_digest(expected, secret_digest) or client is None:
        raise CredentialsRefused
    return client


def grant(client: MachineClient, digest: str, scopes: tuple[str, ...], now: datetime) -> Token:
    """A token with the scopes asked for; all that the client has where none is named.

    Errors: NotAllowed(scope).
    """
    if not set(scopes) <= set(client.scopes):
        raise NotAllowed("scope")
    granted = tuple(sorted(set(scopes or client.scopes)))
    return Token(digest, client.client_id, granted, now.replace(microsecond=0) + LIFETIME)


def check_token(token: Token | None, now: datetime) -> Token:
    """The token, if it is valid now.  Errors: CredentialsRefused."""
    if token is None or now >= token.expires_at:
        raise CredentialsRefused
    return token


def same_digest(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def is_digest(text: str) -> bool:
    """True for a SHA-256 digest in lower-case hexadecimal."""
    return _DIGEST.fullmatch(text) is not None
