"""Our own processes as plain data: what to run, what must be there before, which variables each one gets.

Adding a process means adding a line here (and its rights in `servers/`).
"""

from dataclasses import dataclass

STORES = ("broker", "cache", "database", "objects", "mail")


@dataclass(frozen=True)
class Process:
    """One process of the platform.

    Its name is its user in every store. `variables` are the groups of `environment.GROUPS` that it gets, and no
    others; `listens`: it has a port for requests, `ports`: others; `seeded`: it has demo data.
    """

    name: str
    arguments: tuple[str, ...]
    variables: tuple[str, ...]
    needs: tuple[str, ...] = ("broker", "cache", "database")
    listens: bool = False
    ports: tuple[str, ...] = ()
    seeded: bool = False


PROCESSES = (
    Process("booking", ("services.booking",), ("bus", "database", "redis", "clock", "link"), seeded=True),
    Process(
        "identity", ("services.identity",), ("bus", "database", "redis", "clock", "provider"), seeded=True
    ),
    Process(
        "spaces",
        ("services.spaces",),
        ("bus", "database", "redis", "clock", "objects", "master"),
        seeded=True,
    ),
    Process("notify", ("services.notify",), ("bus", "database", "redis", "clock", "smtp", "public")),
    Process(
        "media-control",
        ("services.media.control",),
        ("bus", "database", "keys", "redis", "clock", "objects", "master"),
    ),
    Process(
        "media-worker", ("services.media.worker",), ("bus", "node"), needs=("broker",), ports=("media-udp",)
    ),
    Process(
        "gateway-pages",
        ("gateway", "pages"),
        ("bus", "redis", "clock-setter", "public", "link", "web"),
        listens=True,
    ),
    Process(
        "gateway-events", ("gateway", "events"), ("bus", "redis", "clock", "public", "web"), listens=True
    ),
    Process(
        "gateway-files",
        ("gateway", "files"),
        ("bus", "redis", "clock", "objects", "public", "web"),
        listens=True,
    ),
)
