"""Lines for device checks in Redis: nothing of them outlives their time.

media:line:<id>       whose it is and where, as a hash; expires with the line
media:lines           sorted set of the open ones by the second (Redis's own clock) at which they end
"""

from __future__ import annotations

from datetime import timedelta

from redis import Redis

_OPEN = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], 'owner', ARGV[4], 'node', ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1
"""
"""Counted and taken in one step: no two of the last one."""


class RedisLines:
    """At most `most` at the same time, over all replicas."""

    def __init__(self, client: Redis, lasts: timedelta, most: int) -> None:
        self._redis, self._seconds, self._most = client, int(lasts.total_seconds()), most

    def open(self, line_id: str, owner: str, node_id: str) -> bool:
        keys, values = ("media:lines", _key(line_id)), (self._most, self._seconds, line_id, owner, node_id)
        return bool(self._redis.eval(_OPEN, len(keys), *keys, *map(str, values)))

    def node(self, line_id: str, owner: str) -> str | None:
        whose, node_id = self._redis.hmget(_key(line_id), ["owner", "node"])
        return str(node_id) if whose == owner else None


def _key(line_id: str) -> str:
    return f"media:line:{line_id}"
