"""What media holds on a person: rooms, until they are forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from services.chassis.holdings import Holding, Query, Record, Subject, plain
from services.chassis.mongo import Document
from services.chassis.redis_keys import RedisKeys
from services.contracts.media import CITIZEN
from services.media.control.ports import Keys, RoomKey

_WITHOUT = (
    "_id",
    "log",
    "log_seq",
    "untold",
    "epoch",
    "disconnecting",
    "swept_at",
    "given_up",
    "life",
    "presences",
    "keeper_id",
    "guests",
    "expelled",
    "checks",
    "alarmed_at",
    "forget_at",
    "tidy_at",
    "documents",
    "message_ids",
    "filing_since",
)
"""Of technical use alone, or told in another form."""
_OF_DOCUMENT = ("kind", "role", "media_type", "size", "added_at", "seen_at", "compared")


def holdings(keys: Keys | None) -> tuple[Holding, ...]:
    """The table; `keys` open the names of documents."""
    return (
        Holding(
            "rooms",
            exported="when it was, when the citizen came, what the citizen's device checks found, "
            "its documents; their files while the room is open",
            erased="at once where there is something in it; else content went a day after the call",
            goes="content 24 hours after the call ended, at once where nobody came or it was cancelled; "
            "what is left, after a year",
            queries=_rooms,
            told=lambda found, subject: _room(found, keys),
        ),
    )


def _rooms(subject: Subject) -> Sequence[Query]:
    return ({"_id": {"$in": list(subject.appointment_ids)}},)


def _room(found: Document, keys: Keys | None) -> Iterable[Record]:
    key = keys.get(found["_id"]) if keys else None
    came = [p for p in found["presences"] if p["role"] == CITIZEN]
    documents = [
        {name: one[name] for name in _OF_DOCUMENT if name in one}
        | {"name": key.open_name(one["document_id"], one["sealed_name"]) if key else ""}
        | _case_file(one, key)
        for one in found["documents"]
        if one["added_at"]
    ]
    checks = [plain(one, "participant_id") for one in found.get("checks", ()) if one["role"] == CITIZEN]
    said = plain(found, *_WITHOUT)
    joined = [one["joined_at"] for one in came]
    messages = len(found["message_ids"])
    yield (
        "rooms",
        {
            "appointment_id": found["_id"],
            **said,
            "joined": joined,
            "device_checks": checks,
            "documents": documents,
            "messages": messages,
        },
    )


def _case_file(document: Document, key: RoomKey | None) -> dict[str, Any]:
    """Of one that is in the case file of CNS, or on its way there: since when, why, and its number there."""
    filing = document.get("filing")
    if not filing:
        return {}
    reason = key.open_reason(document["document_id"], filing["sealed_reason"]) if key else ""
    return {"case_file": plain(filing, "agent_id", "sealed_reason", "attempts") | {"reason": reason}}


HOLDINGS = holdings(None)

_DAY = 86_400
KEYS = (
    RedisKeys(
        "room:*:log",
        "a room's log, sealed",
        "with its room; the net: 90 days after the last entry",
        90 * _DAY,
    ),
    RedisKeys(
        "media:place:*", "a room's id, and on which node it is", "with the call; the net: 2 days", 2 * _DAY
    ),
    RedisKeys(
        "media:leases:*", "ids of rooms that are on a node", "with their calls; the net: 2 days", 2 * _DAY
    ),
    RedisKeys(
        "media:comparison",
        "how many things the latest comparison of the stores has found",
        "30 days after it",
        30 * _DAY,
    ),
    RedisKeys("media:queue", "ids of rooms that wait for a place", "15 seconds after the last has asked", 15),
    RedisKeys("media:queue:asked", "the same, when each asked", "15 seconds after the last has asked", 15),
    RedisKeys(
        "media:lease:*",
        "that somebody works on a room, by its id",
        "with the work; at the latest after minutes",
        600,
    ),
    RedisKeys("media:line:*", "whose device check a line is for, and on which node", "with the line", 600),
    RedisKeys("media:lines", "ids of such lines", "with the last of them", 600),
    RedisKeys("media:lines:*", "ids of such lines on one node", "with the last of them", 600),
    RedisKeys("media:drain:*", "which operator has a node drained", "a day after the node", _DAY),
    RedisKeys("media:node:*", "a node as it announced itself", "after seconds without news", 5),
    RedisKeys("media:heard", "that a node was heard", "after seconds", 3),
    RedisKeys("media:grace", "that nodes are heard again", "after seconds", 2),
    RedisKeys("media:nodes", "names of nodes", "no: those of dead nodes leave it"),
    RedisKeys("media:incarnations", "names of nodes", "no: those of dead nodes leave it"),
    RedisKeys("media:epoch", "a number", "no: it has to rise for ever"),
)
"""What media control keeps in Redis."""
