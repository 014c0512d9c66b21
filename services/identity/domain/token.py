"""Tokens of machine clients: each lives as long as the key that it was given for, at most ten minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.contracts.errors import CredentialsRefused, NotAllowed
from services.contracts.machines import TOKEN_SECONDS
from services.identity.domain.machine import Key, Machine, check_enabled

LIFETIME = timedelta(seconds=TOKEN_SECONDS)


@dataclass(frozen=True, slots=True)
class Token:
    """Valid before `expires_at`, which is a whole second, as OAuth's answers count them."""

    digest: str
    client_id: str
    key_id: str
    scopes: tuple[str, ...]
    expires_at: datetime
    is_revoked: bool = False


def grant(machine: Machine, key: Key, digest: str, scopes: tuple[str, ...], now: datetime) -> Token:
    """A token with the scopes asked for; all that the client has where none is named.

    Errors: NotAllowed(scope).
    """
    own = machine.profile.scopes
    if not set(scopes) <= set(own):
        raise NotAllowed("scope")
    granted = tuple(sorted(set(scopes or own)))
    return Token(digest, machine.client_id, key.key_id, granted, now.replace(microsecond=0) + LIFETIME)


def valid(token: Token | None, machine: Machine | None, now: datetime) -> Token:
    """The token as it is good now: for less, once its client may do less; for nothing without its key.

    Errors: CredentialsRefused.
    """
    if token is None or token.is_revoked or now >= token.expires_at:
        raise CredentialsRefused
    client = check_enabled(machine)
    if token.key_id not in {key.key_id for key in client.valid_keys(now)}:
        raise CredentialsRefused
    scopes = tuple(scope for scope in token.scopes if scope in client.profile.scopes)
    return replace(token, scopes=scopes)
