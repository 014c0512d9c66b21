"""Redis: sessions, room logs, due-sets. Every process its own user, who sees the keys it owns."""

from dataclasses import dataclass
from pathlib import Path

import redis

from deploy.dev.part import Server, clean_environment, succeeds
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import Site, write_private

OPERATOR = "operator"


@dataclass(frozen=True)
class Keys:
    """One user of Redis and the keys (as patterns) that it may change or only read."""

    user: str
    own: tuple[str, ...] = ()
    read: tuple[str, ...] = ()

    def rule(self, password: str) -> str:
        """Return the line of the access list. Nobody may list all keys, flush or configure."""
        keys = [*(f"~{pattern}" for pattern in self.own), *(f"%R~{pattern}" for pattern in self.read)]
        channels = [f"&{pattern}" for pattern in (*self.own, *self.read)]
        return " ".join(("user", self.user, "on", f">{password}", *keys, *channels, "+@all", "-@dangerous"))


USERS = (
    Keys("media-control", own=("media:*", "room:*")),
    Keys("gateway-pages", own=("gateway:*",), read=("room:*",)),
    Keys("gateway-events", own=("gateway:*",), read=("room:*",)),
    Keys("gateway-files", own=("gateway:*",)),
    Keys("clock-reader", read=("clock",)),
    Keys("clock-setter", own=("clock",)),
)


def redis_url(site: Site, user: str) -> str:
    """Return the address of Redis for one user."""
    return f"redis://{user}:{site.secret(f'cache:{user}')}@{HOST}:{site.port('redis')}/0"


class Cache(Server):
    """Redis with an append-only file, so that a restart forgets nothing."""

    name = "cache"
    ports = ("redis",)

    def prepare(self) -> None:
        """Write the access list: the nameless default user is off."""
        operator = f"user {OPERATOR} on >{self._password(OPERATOR)} ~* &* +@all"
        users = (user.rule(self._password(user.user)) for user in USERS)
        write_private(self._access_list, "\n".join(("user default off", operator, *users)) + "\n")

    def command(self) -> Command:
        """Run Redis on loopback."""
        options = {
            "bind": HOST,
            "port": str(self.site.port("redis")),
            "dir": str(self.site.path("cache")),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "aclfile": str(self._access_list),
        }
        flags = [word for name, value in options.items() for word in (f"--{name}", value)]
        home = self.site.path("cache")
        return Command(["/usr/bin/redis-server", *flags], clean_environment(home), home)

    def is_ready(self) -> bool:
        """It answers a ping (while it still reads its file it does not)."""
        return succeeds(self._ping, redis.RedisError)

    def _ping(self) -> None:
        with redis.Redis.from_url(redis_url(self.site, OPERATOR), socket_timeout=1) as client:
            client.ping()

    def _password(self, user: str) -> str:
        return self.site.secret(f"cache:{user}")

    @property
    def _access_list(self) -> Path:
        return self.site.path("cache") / "users.acl"
