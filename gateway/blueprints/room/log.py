"""Reading a room's log: entries as they lie in Redis, unsealed for one participant."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.backends import ask, runtime
from gateway.room_access import RoomAccess
from services.chassis.vault.cipher import unseal
from services.contracts.media import AGENT
from services.contracts.room_log import LOG_CONTEXT, LONGEST_LOG, GrantLog, LogGrant


@dataclass(frozen=True)
class RoomEntry:
    """One entry of a room's log in clear."""

    entry_id: str
    type: str
    at: datetime
    by: str
    """Participant id; empty where nobody in particular caused it."""
    data: Mapping[str, Any]

    def as_seen_by(self, access: RoomAccess) -> dict[str, Any]:
        """What a page is told of it."""
        mine = self.by == access.participant.participant_id
        return {"at": self.at.isoformat(), "mine": mine, "by": self.by, "data": dict(self.data)}

    @property
    def from_agent(self) -> bool:
        return bool(self.data.get("role") == AGENT)


def grant(access: RoomAccess) -> LogGrant:
    """Leave to follow the room for a while.  Raises NotFound, RoomForgotten, NotAllowed."""
    return ask(GrantLog(room_id=access.room_id, participant=access.participant))


def in_clear(room_id: str, entry_id: str, fields: Mapping[str, str], log_key: str) -> RoomEntry:
    """Unseal one entry; raises Tampered for what the room's key did not seal for this place in the log."""
    kind, by, sealed = fields["type"], fields["by"], fields["sealed"]
    data = {}
    if sealed:
        context = LOG_CONTEXT.format(room_id=room_id, entry_id=entry_id, type=kind, by=by)
        data = json.loads(unseal(base64.b64decode(log_key), sealed, context))
    return RoomEntry(entry_id, kind, datetime.fromisoformat(fields["at"]), by, data)


def read(access: RoomAccess) -> list[RoomEntry]:
    """The whole log so far, the oldest entry first."""
    granted = grant(access)
    entries = runtime().redis.xrange(granted.stream, count=LONGEST_LOG)
    return [
        in_clear(access.room_id, entry_id.decode(), _text(fields), granted.log_key)
        for entry_id, fields in entries
    ]


def _text(fields: Mapping[bytes, bytes]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in fields.items()}
