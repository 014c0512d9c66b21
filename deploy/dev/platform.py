"""The Python interface: start the platform, or some parts of it, on a data folder; ask for addresses and variables.

>>> with Platform(folder, only=STORES) as stores:          # doctest: +SKIP
...     environment = stores.env("booking")
"""

import fcntl
import shutil
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

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


class Platform:
    """Runs parts of the platform for as long as it is open. Use it from one thread, as a context manager.

    `only` names the parts that are wanted (what they need comes along); None means everything.
    """

    def __init__(
        self,
        folder: Path = DEFAULT_FOLDER,
        only: Collection[str] | None = None,
        environment: str = "development",
        report: Report | None = None,
        usual_ports: dict[str, int] | None = None,
    ) -> None:
        self.site = Site(folder, usual_ports)
        self.environment = environment
        parts = with_needs(all_parts(self.site, environment), only)
        self.supervisor = Supervisor(self.site, parts, report or Silence())

    def __enter__(self) -> Self:
        self._lock = open(self.site.folder / "running.lock", "a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise AlreadyRunning(f"something runs on {self.site.folder} already") from None
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

    def env(self, process: str) -> dict[str, str]:
        """Return the variables of a process (`booking`, `media-control`, `gateway-pages`, …): its own rights."""
        return variables_of(self.site, process, self.environment)

    @property
    def urls(self) -> dict[str, str]:
        """The addresses of the pages and, with an operator's full rights, of the stores: for looking, not for services."""
        return {
            "public": public_url(self.site),
            "mailbox": mailbox_url(self.site),
            "amqp": amqp_url(self.site, OPERATOR),
            "redis": redis_url(self.site, OPERATOR),
            "mongo": mongo_uri(self.site, OPERATOR),
        }

    def child_id(self, part: str) -> int:
        """Return the process id of a running part (to kill or freeze it in a test)."""
        return self.supervisor.children[part].pid

    def _close(self) -> None:
        self.supervisor.stop()
        self._lock.close()

    def _keep_last_logs(self) -> None:
        logs = self.site.folder / "logs"
        if logs.exists():
            shutil.rmtree(self.site.folder / "logs.before", ignore_errors=True)
            logs.rename(self.site.folder / "logs.before")
