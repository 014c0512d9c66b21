"""What identity said of a bearer token, remembered for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from services.contracts.identity import TokenIssued

SECONDS = 5.0
_MOST = 1_000


class KnownTokens:
    """Tokens by their digest; refusals are not remembered.

    A busy client asks many times a second, and identity need not be asked each time. The price: a
    token that was revoked or has run out is good for up to `SECONDS` more.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[str, tuple[TokenIssued, float]] = {}

    def of(self, digest: str, ask: Callable[[str], TokenIssued]) -> TokenIssued:
        """What is remembered, else what `ask` answers; raises what it raises."""
        issued, until = self._known.get(digest, (None, 0.0))
        if issued is None or self._monotonic() >= until:
            issued = ask(digest)
            self._remember(digest, issued)
        return issued

    def forget(self, digest: str) -> None:
        """It is over: ask again, here at least."""
        self._known.pop(digest, None)

    def _remember(self, digest: str, issued: TokenIssued) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[digest] = issued, self._monotonic() + SECONDS
