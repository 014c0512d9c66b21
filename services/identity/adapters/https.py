"""Requests to a provider, as `chassis.https` makes them, with a log-in's words for what goes wrong."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from services.chassis.https import HttpsClient, TooLarge, Unreachable
from services.contracts.errors import LoginRefused

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
        context = ssl.create_default_context(cadata=authorities) if authorities else None
        self._client = HttpsClient(context, clear_text=clear_text)

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
        return self._client.allowed(url)

    def _send(self, method: str, url: str, **options: Any) -> Reply:
        if not self.allowed(url):
            raise LoginRefused(FAULTY)
        try:
            reply = self._client.send(method, url, **options)
        except Unreachable:
            raise LoginRefused(UNREACHABLE) from None
        except TooLarge:
            raise LoginRefused(FAULTY) from None
        return Reply(reply.status, _object(reply.body))


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise LoginRefused(FAULTY)
    return found
