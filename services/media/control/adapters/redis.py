"""Room logs, SFU nodes and leases in Redis.

room:<room id>:log          stream, the room log (contract)
media:node:<node id>        a node as it announced itself last; expires, which is how its death shows
media:incarnations          sorted set: the newest process of each node that was heard of
media:nodes                 ids of nodes that are or were alive
media:rooms-of:<node id>    rooms placed on the node
media:place:<room id>       <node id> <epoch>: where the room is
media:epoch                 the last epoch given out
media:lease:<name>          who does a piece of work now
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from services.contracts.room_log import LOG_KEY
from services.media.control.domain.placement import Node, Placement
from services.media.control.ports import LogEntry

_LOG_LENGTH = 5_000
"""Entries kept; more than the limits on messages and documents can make."""
_LOG_GARBAGE_SECONDS = 90 * 86_400
"""After the last entry; only the net: rooms are forgotten by the platform's clock."""
_LAST_WORD_SECONDS = 60
_NODE_SECONDS = 5
_PLACE_GARBAGE_SECONDS = 2 * 86_400
_PLACING_ATTEMPTS = 5
_INCARNATIONS = "media:incarnations"

_DELETE_IF = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


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

    def close(self, room_id: str, last: LogEntry) -> None:
        key = LOG_KEY.format(room_id=room_id)
        with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(key)
            pipe.xadd(key, _fields(last), id=_entry_id(last))
            pipe.expire(key, _LAST_WORD_SECONDS)
            pipe.execute()

    def destroy(self, room_id: str) -> None:
        self._redis.delete(LOG_KEY.format(room_id=room_id))

    def _add(self, key: str, entry: LogEntry) -> None:
        try:
            self._redis.xadd(key, _fields(entry), id=_entry_id(entry), maxlen=_LOG_LENGTH)
        except ResponseError as error:
            if "equal or smaller" not in str(error):
                raise


def _entry_id(entry: LogEntry) -> str:
    return f"{entry.seq}-0"


def _fields(entry: LogEntry) -> dict[Any, Any]:
    return {"type": entry.type, "at": entry.at.isoformat(), "by": entry.by, "sealed": entry.sealed}


class RedisNodes:
    """A node's own key is the lease of all rooms on it: it lapses with the node."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    def announce(self, node: Node) -> None:
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(_node_key(node.node_id), json.dumps(asdict(node)), ex=_NODE_SECONDS)
            pipe.sadd("media:nodes", node.node_id)
            pipe.execute()

    def began_anew(self, node_id: str, incarnation: int) -> bool:
        newest = {node_id: incarnation}
        is_first = self._redis.zadd(_INCARNATIONS, newest, nx=True)
        if is_first or not self._redis.zadd(_INCARNATIONS, newest, gt=True, ch=True):
            return False
        self._redis.delete(_node_key(node_id))
        return True

    def alive(self) -> list[Node]:
        ids = self._known()
        found = self._redis.mget([_node_key(node_id) for node_id in ids]) if ids else []
        return [Node(**json.loads(text)) for text in found if text]

    def placement(self, room_id: str) -> Placement | None:
        placed = self._placed(room_id)
        return placed if placed and self._is_alive(placed.node_id) else None

    def place(self, room_id: str, node_id: str) -> Placement:
        for _ in range(_PLACING_ATTEMPTS):
            placed = self._placed(room_id)
            if placed is not None and self._is_alive(placed.node_id):
                return placed
            if placed is not None:
                self._drop(room_id, placed)
            placed = Placement(node_id, int(self._redis.incr("media:epoch")))
            # First the index, then the fact: a node's death must find every room that it had.
            self._redis.sadd(_rooms_key(node_id), room_id)
            if self._redis.set(_place_key(room_id), _text(placed), nx=True, ex=_PLACE_GARBAGE_SECONDS):
                return placed
        raise RedisError("a room could not be placed")

    def release(self, room_id: str, placement: Placement) -> None:
        self._drop(room_id, placement)
        self._redis.srem(_rooms_key(placement.node_id), room_id)

    def stranded(self) -> list[tuple[str, Placement]]:
        return [
            (room_id, Placement(node_id, self._epoch_on(node_id, room_id)))
            for node_id in self._known()
            if not self._is_alive(node_id)
            for room_id in self._rooms_of(node_id)
        ]

    def rescued(self, room_id: str, node_id: str) -> None:
        self._redis.srem(_rooms_key(node_id), room_id)

    def _known(self) -> list[str]:
        return sorted(str(node_id) for node_id in self._redis.smembers("media:nodes"))

    def _rooms_of(self, node_id: str) -> list[str]:
        rooms = sorted(str(room_id) for room_id in self._redis.smembers(_rooms_key(node_id)))
        if not rooms:
            self._redis.srem("media:nodes", node_id)
            self._redis.zrem(_INCARNATIONS, node_id)
        return rooms

    def _epoch_on(self, node_id: str, room_id: str) -> int:
        """0 where the room stands elsewhere by now."""
        placed = self._placed(room_id)
        return placed.epoch if placed is not None and placed.node_id == node_id else 0

    def _placed(self, room_id: str) -> Placement | None:
        text = self._redis.get(_place_key(room_id))
        if not text:
            return None
        node_id, _, epoch = str(text).rpartition(" ")
        return Placement(node_id, int(epoch))

    def _is_alive(self, node_id: str) -> bool:
        return bool(self._redis.exists(_node_key(node_id)))

    def _drop(self, room_id: str, placement: Placement) -> None:
        self._redis.eval(_DELETE_IF, 1, _place_key(room_id), _text(placement))


def _node_key(node_id: str) -> str:
    return f"media:node:{node_id}"


def _rooms_key(node_id: str) -> str:
    return f"media:rooms-of:{node_id}"


def _place_key(room_id: str) -> str:
    return f"media:place:{room_id}"


def _text(placement: Placement) -> str:
    return f"{placement.node_id} {placement.epoch}"


class RedisLeases:
    """Pieces of work that one of several replicas does; a dead one's lapse by themselves."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    def take(self, name: str, seconds: int) -> bool:
        return bool(self._redis.set(f"media:lease:{name}", "1", nx=True, ex=seconds))

    def release(self, name: str) -> None:
        self._redis.delete(f"media:lease:{name}")
