"""The Python interface: start the platform or parts of it on a data folder; ask for addresses and variables.

>>> with Platform(folder, only=STORES) as stores:          # doctest: +SKIP
...     variables = stores.env("booking")
"""

import fcntl
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Self

from deploy.dev import state
from deploy.dev.environment import public_url, variables_of
from deploy.dev.parts import all_parts, with_needs
from deploy.dev.report import Report, Silence
from deploy.dev.servers.broker import amqp_url
from deploy.dev.servers.cache import redis_url
from deploy.dev.servers.database import mongo_uri
from deploy.dev.servers.mail import mailbox_url
from deploy.dev.site import DEFAULT_FOLDER, Site
from deploy.dev.supervisor import Supervisor

OPERATOR = "operator"


class AlreadyRunning(RuntimeError):
    """Another supervisor works on this data folder."""


class Running:
    """A platform that runs on a data folder, started here or elsewhere."""

    def __init__(self, site: Site, environment: str = "development") -> None:
        self.site, self.environment = site, environment

    def env(self, process: str) -> dict[str, str]:
        """Return the variables of a process (`booking`, `gateway-pages`, …), with its own rights."""
        return variables_of(self.site, process, self.environment)

    @property
    def urls(self) -> dict[str, str]:
        """Addresses of the pages and, with an operator's full rights, of the stores: to look inside."""
        return {
            "public": public_url(self.site),
            "mailbox": mailbox_url(self.site),
            "amqp": amqp_url(self.site, OPERATOR),
            "redis": redis_url(self.site, OPERATOR),
            "mongo": mongo_uri(self.site, OPERATOR),
        }


class Platform(Running):
    """Runs parts of the platform for as long as it is open. Use it from one thread, as a context manager.

    `only` names the parts that are wanted (what they need comes along); None means everything.
    `others` are variables that our own processes get in place of the usual ones.
    """

    def __init__(
        self,
        folder: Path = DEFAULT_FOLDER,
        only: Collection[str] | None = None,
        environment: str = "development",
        report: Report | None = None,
        usual_ports: dict[str, int] | None = None,
        others: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(Site(folder, usual_ports), environment)
        parts = with_needs(all_parts(self.site, environment, others), only)
        self.supervisor = Supervisor(self.site, parts, report or Silence())

    def __enter__(self) -> Self:
        self._lock = _lock(self.site)
        state.stop(self.site)  # what a killed supervisor may have left behind
        self._keep_last_logs()
        try:
            self.supervisor.start()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def child_id(self, part: str) -> int:
        """Return the process id of a running part (to kill or freeze it in a test)."""
        return self.supervisor.children[part].pid

    def _close(self) -> None:
        self.supervisor.stop()
        self._lock.close()

    def _keep_last_logs(self) -> None:
        logs, before = self.site.folder / "logs", self.site.folder / "logs.before"
        if logs.exists():
            shutil.rmtree(before, ignore_errors=True)
            logs.rename(before)


def running(folder: Path = DEFAULT_FOLDER) -> Running | None:
    """Return the platform that runs on this data folder; None if none does, or only parts of it."""
    if not folder.exists():
        return None
    site = Site(folder)
    run = state.load(site)
    complete = run is not None and run.ready and run.is_alive() and "front" in run.parts
    return Running(site) if complete else None


def _lock(site: Site) -> IO[str]:
    """Hold the data folder until the returned file is closed, so that two supervisors never share it."""
    lock = open(site.folder / "running.lock", "a")  # noqa: SIM115 - held, not used
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning(f"something runs on {site.folder} already; `make down` stops it") from None
    return lock
