"""Entries of a room's log as `media` writes them."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis

from services.chassis.vault.cipher import seal
from services.contracts.room_log import LOG_CONTEXT, LOG_KEY

_TYPE, _BY = "message", "agent-bench"


@dataclass
class Room:
    """A room whose log is written here."""

    room_id: str
    log_key: str
    entries: int = 0

    def speak(self, redis: Redis) -> None:
        """Append an entry that says when it was."""
        self.entries += 1
        entry_id = f"{self.entries}-0"
        context = LOG_CONTEXT.format(room_id=self.room_id, entry_id=entry_id, type=_TYPE, by=_BY)
        data = {"text": "Moien", "message_id": entry_id, "role": "agent", "left": time.time()}
        fields = {
            "type": _TYPE,
            "at": datetime.now(UTC).isoformat(),
            "by": _BY,
            "sealed": seal(base64.b64decode(self.log_key), json.dumps(data), context),
        }
        redis.xadd(LOG_KEY.format(room_id=self.room_id), fields, id=entry_id)  # type: ignore[arg-type]
