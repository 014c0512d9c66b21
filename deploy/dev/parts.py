"""The list of everything that can be started."""

from collections.abc import Collection, Mapping, Sequence

from deploy.dev.part import Part
from deploy.dev.processes import PROCESSES
from deploy.dev.servers.broker import Broker, PortMapper
from deploy.dev.servers.cache import Cache
from deploy.dev.servers.case_file import CaseFile
from deploy.dev.servers.database import Database, DatabaseUsers
from deploy.dev.servers.front import Front
from deploy.dev.servers.mail import Mail
from deploy.dev.servers.objects import Objects
from deploy.dev.servers.relay import Relay
from deploy.dev.servers.sandbox import Sandbox
from deploy.dev.servers.scanner import Scanner
from deploy.dev.servers.sources import Sources
from deploy.dev.service import Seed, Service
from deploy.dev.site import Site

SERVERS = (
    *(PortMapper, Broker, Cache, DatabaseUsers, Database, Objects, Scanner),
    *(Mail, Sandbox, Sources, CaseFile, Relay),
)


def all_parts(site: Site, environment: str, others: Mapping[str, str]) -> list[Part]:
    """Return every part of the platform, for one data folder; our own processes get `others` in the end."""
    servers: list[Part] = [kind(site) for kind in SERVERS]
    services = [Service(site, process, environment, others) for process in PROCESSES]
    seeds = [Seed(site, process, environment) for process in PROCESSES if process.seed]
    return [*servers, *services, *seeds, Front(site)]


def with_needs(parts: Sequence[Part], only: Collection[str] | None) -> list[Part]:
    """Return the wanted parts and all that they need, in order. Raises KeyError for an unknown name."""
    if only is None:
        return list(parts)
    by_name = {part.name: part for part in parts}
    wanted: set[str] = set()
    open_names = list(only)
    while open_names:
        name = open_names.pop()
        if name not in wanted:
            wanted.add(name)
            open_names.extend(by_name[name].needs)
    return [part for part in parts if part.name in wanted]
