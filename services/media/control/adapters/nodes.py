"""SFU nodes and which room is where, in Redis.

media:node:<node id>      a node as it announced itself last; expires, which is how its death shows
media:nodes               ids of nodes that are or were alive
media:incarnations        sorted set: the newest process of each node that was heard of
media:heard               there while any node announces itself; media:grace: that began a moment ago
media:drain:<node id>     that an operator drains it; renewed with each announcement
media:lines:<node id>     sorted set: lines for device checks there (`adapters/lines.py`)
media:place:<room id>     <node id> <epoch>: where the room is
media:leases:<node id>    sorted set of `<room id> <epoch>` granted there, by the second at which each lapses
media:epoch               the last epoch given out
media:queue               sorted set: rooms that wait for a place, by the millisecond since which they do
media:queue:asked         the same, by when each asked last

Seconds are Redis's own.  Whatever has to be decided and done at once is one script.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from redis import Redis

from services.contracts.sfu import ROOM_PLACES
from services.media.control.domain.placement import Drain, Node, Placement

_NODE_SECONDS = 5
_HEARD_SECONDS = 3
"""Shorter: that the bus is silent shows before the first node seems dead."""
_GRACE_SECONDS = 2
"""In which every living node is heard of again after the bus was silent."""
_DRAIN_SECONDS = 86_400
"""That a wish outlives the node it is for: as long as that is heard of, only an operator takes it back."""
_PLACE_LASTS = timedelta(days=2)
"""Only the net: a room's place is given back when its call is over."""
_PATIENCE_MS = 15_000
"""Who has not asked again by then waits no longer."""
_HEAD_START_MS = 86_400_000
_INCARNATIONS = "media:incarnations"
_QUEUE = ("media:queue", "media:queue:asked")
_NOT_TOLD = ("leases", "lines", "drain")
"""What the store knows of a node and its announcement does not say."""
_KNOWN = {field.name for field in fields(Node)}

_PLACE = """
local now = redis.call('TIME')
local there = redis.call('GET', KEYS[1]) or ''
if there ~= ARGV[3] then return there end
if redis.call('EXISTS', KEYS[2]) == 0 then return '' end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now[1])
local checks = redis.call('ZCOUNT', KEYS[7], now[1], '+inf')
if redis.call('ZCARD', KEYS[3]) + checks >= tonumber(ARGV[4]) then return '' end
local least = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
local epoch = string.format('%.0f', math.max(least, redis.call('INCR', KEYS[4])))
redis.call('SET', KEYS[4], epoch)
redis.call('ZADD', KEYS[3], now[1] + ARGV[5], ARGV[1] .. ' ' .. epoch)
redis.call('EXPIRE', KEYS[3], ARGV[5])
redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. epoch, 'EX', ARGV[5])
redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('ZREM', KEYS[6], ARGV[1])
return ARGV[2] .. ' ' .. epoch
"""
"""The node lives and has a lease left, and nobody was faster.  An epoch is never lower than the milliseconds
since 1970: a Redis that has lost everything begins above whatever nodes have seen."""

_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return redis.call('ZREM', KEYS[2], ARGV[2])
"""

_QUEUE_UP = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[2])) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
end
redis.call('ZADD', KEYS[1], 'NX', now - ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return redis.call('ZRANK', KEYS[1], ARGV[1])
"""


class RedisNodes:
    """A node's own key is the lease of all rooms on it: it lapses with the node."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    # --- nodes --------------------------------------------------------------------

    def announce(self, node: Node) -> None:
        told = {name: value for name, value in asdict(node).items() if name not in _NOT_TOLD}
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set("media:heard", "1", ex=_HEARD_SECONDS, get=True)
            pipe.set(_node_key(node.node_id), json.dumps(told), ex=_NODE_SECONDS)
            pipe.sadd("media:nodes", node.node_id)
            pipe.expire(_drain_key(node.node_id), _DRAIN_SECONDS)
            was_heard = pipe.execute()[0]
        if not was_heard:
            self._redis.set("media:grace", "1", ex=_GRACE_SECONDS)

    def began_anew(self, node_id: str, incarnation: int) -> bool:
        if self._redis.zadd(_INCARNATIONS, {node_id: incarnation}, nx=True):
            return False
        former = self._redis.zscore(_INCARNATIONS, node_id)
        if former is None or incarnation <= former:
            return False
        self._redis.delete(_node_key(node_id))
        return True

    def settled(self, node_id: str, incarnation: int) -> None:
        self._redis.zadd(_INCARNATIONS, {node_id: incarnation}, gt=True)

    def alive(self) -> list[Node]:
        ids, (seconds, _) = self._known(), self._redis.time()
        with self._redis.pipeline(transaction=False) as pipe:
            for node_id in ids:
                pipe.get(_node_key(node_id))
                pipe.zcard(leases_key(node_id))
                pipe.zcount(lines_key(node_id), seconds, "+inf")
                pipe.get(_drain_key(node_id))
            found = pipe.execute() if ids else []
        rows = zip(*(found[column::4] for column in range(4)), strict=True)
        return [_node(text, leases, lines, drain) for text, leases, lines, drain in rows if text]

    def are_heard(self) -> bool:
        return bool(self._redis.exists("media:heard")) and not self._redis.exists("media:grace")

    def drain(self, node_id: str, wish: Drain | None) -> None:
        if wish is None:
            self._redis.delete(_drain_key(node_id))
        else:
            text = json.dumps(asdict(wish) | {"at": wish.at.isoformat()})
            self._redis.set(_drain_key(node_id), text, ex=_DRAIN_SECONDS)

    # --- rooms --------------------------------------------------------------------

    def placement(self, room_id: str) -> Placement | None:
        placed = self._placed(room_id)
        return placed if placed and self._is_alive(placed.node_id) else None

    def place(self, room_id: str, node: Node, former: Placement | None = None) -> Placement | None:
        keys = (_place_key(room_id), _node_key(node.node_id), leases_key(node.node_id), "media:epoch")
        there = self._placed(room_id)
        if there is not None and there != former and self._is_alive(there.node_id):
            return there
        seconds, most = int(_PLACE_LASTS.total_seconds()), node.capacity // ROOM_PLACES
        values = (room_id, node.node_id, _text(there), most, seconds)
        return _placement(self._run(_PLACE, (*keys, *_QUEUE, lines_key(node.node_id)), values))

    def is_placed(self, room_id: str) -> bool:
        return self._placed(room_id) is not None

    def release(self, room_id: str, placement: Placement) -> None:
        keys = (_place_key(room_id), leases_key(placement.node_id))
        self._run(_RELEASE, keys, (_text(placement), f"{room_id} {placement.epoch}"))

    def leases(self, node_id: str) -> list[tuple[str, Placement]]:
        members = self._redis.zrange(leases_key(node_id), 0, -1)
        return sorted((_lease(str(member), node_id) for member in members), key=lambda lease: lease[1].epoch)

    def stranded(self) -> list[tuple[str, Placement]]:
        return [lease for node_id in self._known() for lease in self._stranded_on(node_id)]

    # --- the queue ----------------------------------------------------------------

    def queue(self, room_id: str, *, is_first: bool = False) -> int:
        values = (room_id, _PATIENCE_MS, _HEAD_START_MS if is_first else 0)
        return int(self._run(_QUEUE_UP, _QUEUE, values))

    def queued(self) -> int:
        seconds, micros = self._redis.time()
        return int(self._redis.zcount(_QUEUE[1], seconds * 1000 + micros // 1000 - _PATIENCE_MS, "+inf"))

    # --- inside -------------------------------------------------------------------

    def _stranded_on(self, node_id: str) -> list[tuple[str, Placement]]:
        """Of a dead node all; of a living one those that stand elsewhere by now."""
        granted = self.leases(node_id)
        if not self._is_alive(node_id):
            self._forget_if_empty(node_id, granted)
            return granted
        there = self._redis.mget([_place_key(room_id) for room_id, _ in granted]) if granted else []
        pairs = zip(granted, there, strict=True)
        return [lease for lease, text in pairs if _placement(str(text or "")) != lease[1]]

    def _forget_if_empty(self, node_id: str, granted: Sequence[Any]) -> None:
        if not granted:
            self._redis.srem("media:nodes", node_id)
            self._redis.zrem(_INCARNATIONS, node_id)

    def _known(self) -> list[str]:
        return sorted(str(node_id) for node_id in self._redis.smembers("media:nodes"))

    def _placed(self, room_id: str) -> Placement | None:
        return _placement(str(self._redis.get(_place_key(room_id)) or ""))

    def _is_alive(self, node_id: str) -> bool:
        return bool(self._redis.exists(_node_key(node_id)))

    def _run(self, script: str, keys: Sequence[str], values: Sequence[str | int]) -> Any:
        return self._redis.eval(script, len(keys), *keys, *map(str, values))


def _node(text: str, leases: int, lines: int, drain: str | None) -> Node:
    """A newer process may have stored more than this one knows."""
    told = {name: value for name, value in json.loads(text).items() if name in _KNOWN}
    return Node(**told, leases=leases, lines=lines, drain=_wish(drain) if drain else None)


def _wish(text: str) -> Drain:
    stored = json.loads(text)
    return Drain(staff_id=stored["staff_id"], at=datetime.fromisoformat(stored["at"]), moves=stored["moves"])


def _placement(text: str) -> Placement | None:
    node_id, _, epoch = text.rpartition(" ")
    return Placement(node_id, int(epoch)) if text else None


def _lease(member: str, node_id: str) -> tuple[str, Placement]:
    room_id, _, epoch = member.rpartition(" ")
    return room_id, Placement(node_id, int(epoch))


def _text(placement: Placement | None) -> str:
    return f"{placement.node_id} {placement.epoch}" if placement else ""


def _node_key(node_id: str) -> str:
    return f"media:node:{node_id}"


def _drain_key(node_id: str) -> str:
    return f"media:drain:{node_id}"


def leases_key(node_id: str) -> str:
    return f"media:leases:{node_id}"


def lines_key(node_id: str) -> str:
    return f"media:lines:{node_id}"


def _place_key(room_id: str) -> str:
    return f"media:place:{room_id}"
