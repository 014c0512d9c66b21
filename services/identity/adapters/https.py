"""Requests to a provider: over TLS, bounded in time and size, never led elsewhere."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from services.chassis.deadline import deadline
from services.contracts.errors import LoginRefused

_SECONDS = 5.0
"""For one request in all; each wait within it is shorter."""
_WAIT = httpx.Timeout(4.0, connect=3.0, pool=1.0)
_LARGEST = 256 * 1024
_LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=4, keepalive_expiry=20)
UNREACHABLE = "provider_unreachable"
FAULTY = "provider_faulty"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: Mapping[str, Any]


class Https:
    """A client for one provider.  Clear text is for development alone.

    Every call raises LoginRefused: `provider_unreachable` when there is no answer in time,
    `provider_faulty` for one that is too large or no JSON object.
    """

    def __init__(self, *, clear_text: bool = False, authorities: str = "") -> None:
        """`authorities`: certificates (PEM) that alone are trusted; else those everybody trusts."""
        self._clear_text = clear_text
        context = ssl.create_default_context(cadata=authorities) if authorities else True
        self._client = httpx.Client(
            verify=context, timeout=_WAIT, limits=_LIMITS, trust_env=False, follow_redirects=False
        )

    def get(self, url: str) -> Mapping[str, Any]:
        """What a document says.  Errors: LoginRefused, `provider_faulty` for any status but 200."""
        reply = self._send("GET", url)
        if reply.status != httpx.codes.OK:
            raise LoginRefused(FAULTY)
        return reply.content

    def post(self, url: str, form: Mapping[str, str], basic: tuple[str, str] | None = None) -> Reply:
        """The answer to a form, whatever its status; `basic` are name and password.  Errors: LoginRefused."""
        return self._send("POST", url, data=dict(form), auth=basic)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def allowed(self, url: object) -> bool:
        """Whether requests may go there."""
        try:
            parts = httpx.URL(str(url))
        except httpx.InvalidURL:
            return False
        return bool(parts.host) and (parts.scheme == "https" or (parts.scheme == "http" and self._clear_text))

    def _send(self, method: str, url: str, **options: Any) -> Reply:
        if not self.allowed(url):
            raise LoginRefused(FAULTY)
        headers = {"Accept": "application/json"}
        try:
            with (
                deadline(_SECONDS, httpx.ReadTimeout("too long in all")),
                self._client.stream(method, url, headers=headers, **options) as response,
            ):
                return Reply(response.status_code, _object(_read(response)))
        except httpx.HTTPError:
            raise LoginRefused(UNREACHABLE) from None


def _read(response: httpx.Response) -> bytes:
    """The body, as long as it stays small."""
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > _LARGEST:
            raise LoginRefused(FAULTY)
    return bytes(body)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise LoginRefused(FAULTY)
    return found
