"""What the gateway keeps, all of it in Redis and none of it for long."""

from __future__ import annotations

from services.chassis.redis_keys import RedisKeys

_HOUR = 3600

KEYS = (
    RedisKeys(
        "gateway:session:*", "a session, sealed with its cookie", "after 15 minutes without a request", 900
    ),
    RedisKeys("gateway:login:*", "a log-in that is away, sealed with its cookie", "after 10 minutes", 600),
    RedisKeys("gateway:own-sessions:*", "log-ins of a person on one day, sealed", "after 9 hours", 9 * _HOUR),
    RedisKeys("gateway:ended-logins", "hashes of log-ins that are over", "after 10 hours", 10 * _HOUR),
    RedisKeys("gateway:link:*", "a number: which link of a room counts", "after 8 hours", 8 * _HOUR),
    RedisKeys("gateway:link-asked:*", "that this was asked", "after 10 seconds", 10),
    RedisKeys("gateway:address-code:*", "that a code was tried, under a keyed hash", "after an hour", _HOUR),
    RedisKeys("gateway:limit:*", "counts, under hashes that change daily", "after two windows", 2 * _HOUR),
    RedisKeys("gateway:proof:*", "that a proof of work was used", "after 10 minutes", 601),
    RedisKeys("gateway:events:wake:*", "that a stream has something to read", "after an hour", _HOUR),
    RedisKeys("clock", "the time machine of a development platform", "no: two numbers"),
)
"""Names of rooms are their ids; nobody is named."""
