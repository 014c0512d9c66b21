"""One open stream of room events: entries as Server-Sent Events (WHATWG HTML, 9.2), heartbeats, an end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.blueprints.events.fanout import Overrun, Subscription
from gateway.blueprints.room.log import RoomEntry, in_clear
from gateway.room_access import RoomAccess
from services.contracts.guests import GUEST
from services.contracts.media import AGENT
from services.contracts.room_log import LogGrant

HEARTBEAT_SECONDS = 10.0
LIFETIME_SECONDS = 300.0
"""Then the browser opens the stream again, which asks for a new grant and keeps the session alive."""
RETRY_MS = 1_000
ALIVE = "event: alive\ndata: {}\n\n"
"""Said while nothing happens, so that a page notices a stream whose network is gone; no entry of the log."""
LAST = frozenset({"forgotten", "cancelled"})
"""After such an entry nothing more can come."""
GUEST_OUT = frozenset({"sent_back", "ended"})
"""After such an entry a guest may not follow."""
ASKED_ANEW = frozenset({"admitted"})
"""After such an entry an agent's stream ends too: from here on only those may follow who are in the room."""


@dataclass(frozen=True)
class Stream:
    """Everything that one stream stands on; `now` is the platform's time, `monotonic` real time.

    `still_welcome` tells whether the session that opened it still may follow; asked at each heartbeat's time.
    """

    access: RoomAccess
    grant: LogGrant
    now: Callable[[], datetime]
    still_welcome: Callable[[], bool]
    monotonic: Callable[[], float] = time.monotonic

    def events(self, subscription: Subscription) -> Iterator[str]:
        """Everything that is sent; ends with the grant, the lifetime, or the session."""
        opened = asked = self.monotonic()
        yield f"retry: {RETRY_MS}\n\n"
        while (moment := self.monotonic()) - opened < LIFETIME_SECONDS and self.now() < self.grant.until:
            if moment - asked >= HEARTBEAT_SECONDS:
                asked = moment
                if not self.still_welcome():
                    return
            try:
                entry = subscription.take(HEARTBEAT_SECONDS)
            except Overrun:
                return
            if entry is None:
                yield ALIVE
                continue
            clear = in_clear(self.access.room_id, entry.entry_id, entry.fields, self.grant.log_key)
            yield self._event(clear)
            if clear.type in LAST or self._is_asked_anew(clear):
                return

    def _is_asked_anew(self, entry: RoomEntry) -> bool:
        """A guest is asked when he has gone, which may be because his invitation was revoked."""
        if self.access.participant.role == GUEST:
            left = entry.type == "left" and entry.by == self.access.participant.participant_id
            return left or entry.type in GUEST_OUT
        return entry.type in ASKED_ANEW and self._is_agents

    @property
    def _is_agents(self) -> bool:
        return self.access.participant.role == AGENT

    def _event(self, entry: RoomEntry) -> str:
        data = json.dumps(entry.as_seen_by(self.access), ensure_ascii=True)
        return f"id: {entry.entry_id}\nevent: {entry.type}\ndata: {data}\n\n"
