"""Our own processes as plain data: what to run, what must be there before, which variables each one gets.

Adding a process means adding a line here (and its rights in `servers/`).
"""

from dataclasses import dataclass

STORES = ("broker", "cache", "database", "objects", "scanner", "mail")


@dataclass(frozen=True)
class Process:
    """One process of the platform.

    Its name is its user in every store. `variables` are the groups of `environment.GROUPS` that it gets, and
    no others; `listens`: it has a port for requests, `ports`: others; `seed`: the groups that its demo data
    needs.
    """

    name: str
    arguments: tuple[str, ...]
    variables: tuple[str, ...]
    needs: tuple[str, ...] = ("broker", "cache", "database")
    listens: bool = False
    ports: tuple[str, ...] = ()
    seed: tuple[str, ...] | None = None


PROCESSES = (
    Process("booking", ("services.booking",), ("bus", "database", "clock"), seed=("database",)),
    Process(
        "identity",
        ("services.identity",),
        ("bus", "database", "clock", "provider", "public", "master"),
        needs=("broker", "cache", "database", "sandbox"),
        seed=("database", "machine-client", "demo"),
    ),
    Process(
        "spaces",
        ("services.spaces",),
        ("bus", "database", "keys", "clock", "sources", "space-objects", "master"),
        needs=("broker", "cache", "database", "objects", "sources"),
        seed=("database",),
    ),
    Process("notify", ("services.notify",), ("bus", "database", "clock", "smtp", "public", "link")),
    Process(
        "media-control",
        ("services.media.control",),
        ("bus", "database", "keys", "redis", "clock", "objects", "master", "records", "relay", "case-file"),
        needs=("broker", "cache", "database", "objects", "case-file"),
    ),
    Process("media-worker", ("services.media.worker",), ("bus", "node"), ("broker",), ports=("media-udp",)),
    Process(
        "gateway-pages",
        ("gateway", "pages"),
        ("bus", "redis", "clock-setter", "public", "web", "mailbox", "link", "sender"),
        listens=True,
    ),
    Process(
        "gateway-events", ("gateway", "events"), ("bus", "redis", "clock", "public", "web"), listens=True
    ),
    Process("gateway-inspector", ("gateway", "inspector"), (), needs=(), listens=True),
    Process(
        "gateway-files",
        ("gateway", "files"),
        ("bus", "redis", "clock", "public", "web", "objects", "space-objects", "case-file", "checks"),
        needs=("broker", "cache", "database", "objects", "scanner", "gateway-inspector", "case-file"),
        listens=True,
    ),
)
