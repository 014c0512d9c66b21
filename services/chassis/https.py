"""Requests to servers outside the platform: over TLS, bounded in time and size, never led elsewhere."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any

import httpx

from services.chassis.deadline import deadline

_LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=4, keepalive_expiry=20)
_LOST = (httpx.NetworkError, httpx.RemoteProtocolError)
"""The connection broke, at once and not by waiting."""


class Unreachable(Exception):
    """No whole answer in time, or not allowed to ask; without details, which may say what was asked."""


class TooLarge(Exception):
    """The answer is larger than it may be."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds for one request in all, and for each wait within it; bytes of the largest answer."""

    seconds: float = 5.0
    wait: float = 4.0
    connect: float = 3.0
    largest: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """Any status; a redirect is one too."""

    status: int
    body: bytes


class HttpsClient:
    """A client for one server.  `context` says whom it trusts and who we are; clear text is for development.

    Every request raises Unreachable or TooLarge.
    """

    def __init__(
        self, context: ssl.SSLContext | None = None, bounds: Bounds | None = None, *, clear_text: bool = False
    ) -> None:
        self._clear_text, self._bounds = clear_text, bounds or Bounds()
        wait = httpx.Timeout(self._bounds.wait, connect=self._bounds.connect, pool=1.0)
        self._client = httpx.Client(
            verify=context or True, timeout=wait, limits=_LIMITS, trust_env=False, follow_redirects=False
        )

    def send(self, method: str, url: str, *, changes_nothing: bool = False, **options: Any) -> Reply:
        """Takes what `httpx` takes; what `changes_nothing` is sent once more where its connection broke."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        try:
            with deadline(self._bounds.seconds, httpx.ReadTimeout("too long in all")):
                try:
                    return self._exchange(method, url, headers=headers, **options)
                except _LOST:
                    if not changes_nothing:
                        raise
                    return self._exchange(method, url, headers=headers, **options)
        except httpx.HTTPError:
            raise Unreachable from None

    def allowed(self, url: object) -> bool:
        """Whether requests may go there."""
        try:
            parts = httpx.URL(str(url))
        except httpx.InvalidURL:
            return False
        return bool(parts.host) and (parts.scheme == "https" or (parts.scheme == "http" and self._clear_text))

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _exchange(self, method: str, url: str, **options: Any) -> Reply:
        if not self.allowed(url):
            raise httpx.UnsupportedProtocol("not over TLS")
        with self._client.stream(method, url, **options) as response:
            return Reply(response.status_code, self._read(response))

    def _read(self, response: httpx.Response) -> bytes:
        """The body, as long as it stays small; as it comes: a little that is packed unpacks to any size."""
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > self._bounds.largest:
                raise TooLarge
        return bytes(body)
