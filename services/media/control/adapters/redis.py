"""Room logs and leases on work in Redis.

room:<room id>:log          stream, the room log (contract)
media:lease:<name>          who does a piece of work now
media:comparison            what the latest comparison of the stores found
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from services.chassis.codec import from_wire, to_wire
from services.contracts.deletion import Comparison
from services.contracts.room_log import LOG_KEY, LONGEST_LOG
from services.media.control.ports import LogEntry

_LOG_GARBAGE_SECONDS = 90 * 86_400
"""After the last entry; only the net: rooms are forgotten by the platform's clock."""
_LEASE = "media:lease:{name}"
_COMPARISON = "media:comparison"
_COMPARISON_SECONDS = 30 * 86_400


def connect(url: str) -> Redis:
    """A client whose calls are bounded in time."""
    return Redis.from_url(url, decode_responses=True, socket_timeout=2, socket_connect_timeout=2)


def answers(client: Redis) -> bool:
    """A readiness check: True when the store answers now."""
    try:
        return bool(client.ping())
    except RedisError:
        return False


class RedisLog:
    """Entries carry their own ids, so a second appending of the same one is refused by the stream."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    def append(self, room_id: str, entries: Sequence[LogEntry]) -> None:
        key = LOG_KEY.format(room_id=room_id)
        for entry in entries:
            self._add(key, entry)
        self._redis.expire(key, _LOG_GARBAGE_SECONDS)

    def close(self, last: Mapping[str, LogEntry]) -> None:
        with self._redis.pipeline(transaction=True) as pipe:
            for room_id, entry in last.items():
                key = LOG_KEY.format(room_id=room_id)
                pipe.xadd(key, _fields(entry), id=_entry_id(entry))
                pipe.xtrim(key, minid=_entry_id(entry), approximate=False)
                pipe.expire(key, _LOG_GARBAGE_SECONDS)
            answers = pipe.execute(raise_on_error=False)
        for answer in answers:
            _check_is_told(answer)

    def destroy(self, room_id: str, up_to: int) -> None:
        self._redis.xtrim(LOG_KEY.format(room_id=room_id), minid=f"{up_to + 1}-0", approximate=False)

    def _add(self, key: str, entry: LogEntry) -> None:
        try:
            self._redis.xadd(key, _fields(entry), id=_entry_id(entry), maxlen=LONGEST_LOG)
        except ResponseError as error:
            _check_is_told(error)


def _check_is_told(answer: object) -> None:
    """A stream refuses an entry that it has, or had: that is as good.  Raises what else went wrong."""
    if isinstance(answer, Exception) and "equal or smaller" not in str(answer):
        raise answer


def _entry_id(entry: LogEntry) -> str:
    return f"{entry.seq}-0"


def _fields(entry: LogEntry) -> dict[Any, Any]:
    return {"type": entry.type, "at": entry.at.isoformat(), "by": entry.by, "sealed": entry.sealed}


class RedisLeases:
    """Pieces of work that one of several replicas does; a dead one's lapse by themselves."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    def take_all(self, names: Sequence[str], seconds: int) -> list[str]:
        with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.set(_LEASE.format(name=name), "1", nx=True, ex=seconds)
            taken = pipe.execute()
        return [name for name, is_mine in zip(names, taken, strict=True) if is_mine]

    def release_all(self, names: Sequence[str]) -> None:
        self._redis.delete(*(_LEASE.format(name=name) for name in names))


class RedisComparisons:
    """One report: what an operator does not find here is found again by the next comparison."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    def latest(self) -> Comparison | None:
        kept = self._redis.get(_COMPARISON)
        return from_wire(Comparison, json.loads(str(kept))) if kept else None

    def keep(self, found: Comparison) -> None:
        self._redis.set(_COMPARISON, json.dumps(to_wire(found)), ex=_COMPARISON_SECONDS)
