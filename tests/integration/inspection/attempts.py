"""What a document that takes its reader over might try; as a program, it tries all and says what came of it.

A process of its own, since it forks: the interpreter of the tests has threads and greenlets that do not.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir

from gateway.inspection import child

COULD, NOT_ALLOWED, FAILED = 0, 13, 1


def connect() -> None:
    """To a port at which nobody listens: that is found out only by who may ask."""
    with socket.socket() as connection:
        if connection.connect_ex(("127.0.0.1", 9)) == errno.EACCES:
            raise PermissionError


FOLDER = gettempdir()
SECRET = Path(f"/proc/{os.getpid()}/environ")
ATTEMPTS: dict[str, Callable[[], object]] = {
    "a file of somebody else's": Path(__file__).read_bytes,
    "the memory of whoever runs beside it": lambda: open(f"/proc/{os.getppid()}/mem", "rb"),  # noqa: SIM115
    "what that was told at its start": SECRET.read_bytes,
    "a new file": lambda: NamedTemporaryFile(dir=FOLDER).close(),
    "a connection": connect,
    "a place to listen": lambda: socket.create_server(("127.0.0.1", 0)).close(),
    "a signal": lambda: os.kill(os.getppid(), signal.SIGCONT),
    "another program": lambda: os.execv("/usr/bin/true", ["true"]),
}
ALLOWED: dict[str, Callable[[], object]] = {
    "what it is made of": Path(child.__file__).read_bytes,
    "a signal to itself": lambda: os.kill(os.getpid(), signal.SIGCONT),
}


def fate(attempt: Callable[[], object], *, confined: bool) -> int:
    """COULD, NOT_ALLOWED or FAILED."""
    pid = os.fork()
    if pid == 0:
        ended = FAILED
        try:
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # as each reader does: it may have few
            if confined:
                child.confine()
            attempt()
            ended = COULD
        except PermissionError:
            ended = NOT_ALLOWED
        finally:
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    """Print two objects in JSON, by what was tried: the fate of who is confined, and of who is not."""
    for confined in (True, False):
        print(
            json.dumps({what: fate(tried, confined=confined) for what, tried in (ATTEMPTS | ALLOWED).items()})
        )


if __name__ == "__main__":
    main()
