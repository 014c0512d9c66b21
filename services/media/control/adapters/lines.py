"""Lines for device checks in Redis: nothing of them outlives their time.

media:line:<id>       whose it is and where, as a hash; expires with the line
media:lines           sorted set of the open ones by the second (Redis's own clock) at which they end
media:lines:<node>    the same of one node: each is a lease of places there, as a call's is
"""

from __future__ import annotations

from datetime import timedelta

from redis import Redis

from services.media.control.adapters.nodes import leases_key, lines_key

_OPEN = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
if redis.call('ZCARD', KEYS[3]) + redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[6]) then return 0 end
for _, lines in ipairs({KEYS[1], KEYS[3]}) do
  redis.call('ZADD', lines, now + ARGV[2], ARGV[3])
  redis.call('EXPIRE', lines, ARGV[2])
end
redis.call('HSET', KEYS[2], 'owner', ARGV[4], 'node', ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1
"""
"""Counted and taken in one step: no two of the last one, on the platform or on the node."""


class RedisLines:
    """At most `most` at the same time, over all replicas."""

    def __init__(self, client: Redis, lasts: timedelta, most: int) -> None:
        self._redis, self._seconds, self._most = client, int(lasts.total_seconds()), most

    def open(self, line_id: str, owner: str, node_id: str, rooms: int) -> bool:
        keys = ("media:lines", _key(line_id), lines_key(node_id), leases_key(node_id))
        values = (self._most, self._seconds, line_id, owner, node_id, rooms)
        return bool(self._redis.eval(_OPEN, len(keys), *keys, *map(str, values)))

    def node(self, line_id: str, owner: str) -> str | None:
        whose, node_id = self._redis.hmget(_key(line_id), ["owner", "node"])
        return str(node_id) if whose == owner else None


def _key(line_id: str) -> str:
    return f"media:line:{line_id}"
