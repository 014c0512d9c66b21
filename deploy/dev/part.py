"""What the supervisor knows of everything it starts: a server, one of our processes, or a step that ends."""

import os
import socket
import sys
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import ROOT, Site

PROBE_SECONDS = 1.0
VENV_BIN = Path(sys.prefix) / "bin"


class Part:
    """Something to start. Subclasses say how, and how to tell that it is ready.

    `needs` names the parts that must be ready before; `ports` the ports to settle; a `one_shot` part is ready
    when it has ended with 0; a `restarted` one is started again when it dies, the death of any other ends the
    run.
    """

    name: str
    needs: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    one_shot = False
    restarted = False
    stop_seconds = 10.0

    def __init__(self, site: Site) -> None:
        self.site = site

    def is_needed(self) -> bool:
        """Tell whether there is anything to do at all (a step whose result is there already is skipped)."""
        return True

    def prepare(self) -> None:
        """Write the files that the process reads when it starts."""

    def command(self) -> Command:
        """Return what to run."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Look once, without waiting longer than a second, whether the part does its work."""
        raise NotImplementedError

    def tidy(self) -> None:
        """Remove what the process leaves outside the data folder when it ends."""

    def on_ready(self) -> None:
        """Do once what a fresh server needs: users, buckets. May run again on a warm start."""


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
