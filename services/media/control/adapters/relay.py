"""Credentials for a TURN server that shares a secret with us (draft-uberti-behave-turn-rest-00).

The server needs neither our stores nor the bus: the name says until when it is good, the credential
that we have made it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.chassis.settings import Secret
from services.contracts.relay import RelayGrant

_WHOSE_CHARS = 24


def real_time() -> datetime:
    """The host's clock, as the relay reads it."""
    return datetime.now(UTC)


class TurnRelay:
    """One relay, or several behind the same addresses."""

    def __init__(
        self, urls: tuple[str, ...], secret: Secret, now: Callable[[], datetime] = real_time
    ) -> None:
        self._urls, self._secret, self._now = urls, secret.reveal().encode(), now

    def grant(self, room_id: str, participant_id: str, lasts: timedelta) -> RelayGrant:
        until = self._now() + lasts
        username = f"{int(until.timestamp())}:{self._whose(room_id, participant_id)}"
        return RelayGrant(
            urls=self._urls, username=username, credential=self._credential(username), until=until
        )

    def _credential(self, username: str) -> str:
        # SHA-1 is the scheme's, and the only one that servers know; HMAC does not lean on collisions.
        return base64.b64encode(hmac.digest(self._secret, username.encode(), "sha1")).decode()

    def _whose(self, room_id: str, participant_id: str) -> str:
        """The same for one participant of a room, so that his share is counted; says nobody who he is."""
        text = f"whose\0{room_id}\0{participant_id}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:_WHOSE_CHARS]


class NoRelay:
    """Browsers have to reach the SFU themselves."""

    def __init__(self, now: Callable[[], datetime] = real_time) -> None:
        self._now = now

    def grant(self, room_id: str, participant_id: str, lasts: timedelta) -> RelayGrant:
        return RelayGrant(urls=(), username="", credential="", until=self._now() + lasts)
