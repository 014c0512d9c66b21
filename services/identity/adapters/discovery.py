"""What a provider publishes of itself: its addresses (OpenID Connect Discovery 1.0) and its keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.contracts.errors import LoginRefused
from services.identity.adapters.https import FAULTY, UNREACHABLE, Https
from services.identity.oidc.keys import KeyRing, key_ring

_FRESH = 3600.0
"""Seconds after which it is read again."""
_USABLE = 24 * 3600.0
"""While the provider does not answer, what was read goes on being used, for so long."""
_AGAIN = 60.0
"""Seconds between two attempts that are not needed at once."""
_AFTER_FAILURE = 3.0
"""So long nobody waits for a provider that has just failed to answer."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The addresses of a provider, and what it offers."""

    authorization: str
    token: str
    pushed: str
    """Where requests are pushed (RFC 9126); empty where they are not."""
    keys: str
    names_itself: bool
    """Whether each of its answers says who gave it (RFC 9207)."""


@dataclass(frozen=True, slots=True)
class Published:
    metadata: Metadata
    keys: KeyRing


class Discovery:
    """One provider's addresses and keys, read when they are needed and kept for a while."""

    def __init__(self, issuer: str, https: Https, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._https, self._monotonic = issuer, https, monotonic
        self._lock = threading.Lock()
        self._known: Published | None = None
        self._read_at = self._tried_at = float("-inf")

    def published(self) -> Published:
        """Errors: LoginRefused(provider_unreachable | provider_faulty) while nothing usable is known."""
        age = self._monotonic() - self._read_at
        if self._known is not None and age <= _USABLE:
            return self._known if age <= _FRESH else self._renewed(self._known)
        with self._lock:
            return self._needed()

    def read_again(self) -> Published:
        """The same after a key that is not known: at most once a minute, whoever makes keys up."""
        known = self.published()
        return self._renewed(known)

    def _renewed(self, known: Published) -> Published:
        """Read it unless that was tried a moment ago or somebody does it just now; else what is known."""
        if self._since_tried() < _AGAIN or not self._lock.acquire(blocking=False):
            return known
        try:
            return self._read()
        except LoginRefused:
            return known
        finally:
            self._lock.release()

    def _needed(self) -> Published:
        """Read it unless somebody has just done so, or has just failed."""
        if self._known is not None and self._monotonic() - self._read_at <= _USABLE:
            return self._known
        if self._since_tried() < _AFTER_FAILURE:
            raise LoginRefused(UNREACHABLE)
        return self._read()

    def _since_tried(self) -> float:
        return self._monotonic() - self._tried_at

    def _read(self) -> Published:
        self._tried_at = self._monotonic()
        found = _metadata(self._document(), self._issuer, self._https)
        try:
            published = Published(found, key_ring(self._https.get(found.keys)))
        except ValueError:
            raise LoginRefused(FAULTY) from None
        self._known, self._read_at = published, self._tried_at
        return published

    def _document(self) -> Mapping[str, Any]:
        return self._https.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")


def _metadata(document: Mapping[str, Any], issuer: str, https: Https) -> Metadata:
    """Errors: LoginRefused(provider_faulty) for another issuer's document or an address that is no TLS."""
    if document.get("issuer") != issuer:
        raise LoginRefused(FAULTY)
    found = Metadata(
        authorization=str(document.get("authorization_endpoint", "")),
        token=str(document.get("token_endpoint", "")),
        pushed=str(document.get("pushed_authorization_request_endpoint", "")),
        keys=str(document.get("jwks_uri", "")),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )
    needed = [found.authorization, found.token, found.keys, *([found.pushed] if found.pushed else [])]
    if not all(https.allowed(url) for url in needed):
        raise LoginRefused(FAULTY)
    return found
