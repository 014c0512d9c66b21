"""Replicas of services as processes of their own, for integration tests."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from deploy.dev.process import bound_to

ROOT = Path(__file__).parents[1]

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds for what happens by itself, on a machine however busy: only a failure takes so long."""


def eventually(
    condition: Callable[[], T], seconds: float = PATIENCE, instead: Callable[[], str] = lambda: ""
) -> T:
    """What `condition` gives as soon as it is true; fails after `seconds`, saying what is there `instead`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s {instead()}".strip())


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServiceProcess:
    """`python -m <module>` with these variables, on a metrics port of its own."""

    def __init__(self, module: str, environment: Mapping[str, str], log: Path) -> None:
        self._port = free_port()
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                _ended_with_us([sys.executable, "-m", module]),
                cwd=ROOT,
                env={**_bare(), **environment, "METRICS_PORT": str(self._port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> Self:
        try:
            eventually(self.is_ready)
        except BaseException:  # one that comes too late would work beside those of the tests after this one
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.terminate()

    def is_ready(self) -> bool:
        return self.failing() == []

    def failing(self) -> list[str]:
        """The readiness checks that fail now; `["process"]` while it does not answer at all."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health/ready", timeout=PATIENCE):
                return []
        except urllib.error.HTTPError as error:
            with error:
                return list(json.load(error)["failing"])
        except OSError:
            return ["process"]

    def metrics(self) -> str:
        """All of them, as they are collected."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=PATIENCE) as response:
            return str(response.read().decode())

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric over all label sets that have these labels."""
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        found = [line for line in self.metrics().splitlines() if line.startswith((f"{name}{{", f"{name} "))]
        return sum(float(line.rsplit(" ", 1)[1]) for line in found if all(w in line for w in wanted))

    def lines(self) -> list[dict[str, Any]]:
        """What it has logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def kill(self) -> None:
        """As when the machine dies."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def terminate(self) -> int:
        """SIGTERM, as Kubernetes does; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


class Replicas:
    """Replicas, started when a test needs them; `close` ends those that are left, as when machines die."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[ServiceProcess] = []

    def start(self, module: str, environment: Mapping[str, str], *, wait: bool = True) -> ServiceProcess:
        """Start one, and wait until it is ready."""
        log = self._folder / f"{len(list(self._folder.glob('*.log')))}.log"
        replica = ServiceProcess(module, environment, log)
        self._running.append(replica)
        if wait:
            eventually(replica.is_ready)
        return replica

    def close(self) -> None:
        while self._running:
            self._running.pop().kill()


def _ended_with_us(arguments: list[str]) -> list[str]:
    """A run that is killed leaves nothing behind. The kernel watches a thread: the main one lasts as long."""
    is_lasting = threading.current_thread() is threading.main_thread()
    return bound_to(os.getpid(), arguments) if is_lasting else arguments


def _bare() -> dict[str, str]:
    """This process's environment without what a service could take for a setting."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name in kept}
