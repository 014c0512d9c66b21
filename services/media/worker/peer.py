"""The participant at the other end of a stream, as producers and consumers see him."""

from __future__ import annotations

from typing import Any, Protocol


class Peer(Protocol):
    """Where packets for one participant go, and with which keys."""

    tx: Any
    """SRTP session for what goes to him."""
    destination: Any
    """Where it goes, as `Outbox.commit` takes it."""

    def send_rtcp(self, packet: bytes) -> None: ...
