"""What a document that takes its reader over could do then: read it and answer, nothing else."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.inspection import child, landlock

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(landlock.version() < 6, reason="this system cannot confine a process so far"),
]


def connect() -> None:
    """To a port at which nobody listens: that is found out only by who may ask."""
    with socket.socket() as connection:
        if connection.connect_ex(("127.0.0.1", 9)) == errno.EACCES:
            raise PermissionError


SECRET = Path(f"/proc/{os.getpid()}/environ")
ATTEMPTS: dict[str, Callable[[], object]] = {
    "a file of somebody else's": Path(__file__).read_bytes,
    "the memory of whoever runs beside it": lambda: open(f"/proc/{os.getppid()}/mem", "rb"),  # noqa: SIM115
    "what that was told at its start": SECRET.read_bytes,
    "a new file": lambda: Path("/tmp/never").touch(),
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
    """0: it could; 13: it was not allowed to."""
    pid = os.fork()
    if pid == 0:
        ended = 1
        try:
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # as each reader does: it may have few
            if confined:
                child.confine()
            attempt()
            ended = 0
        except PermissionError:
            ended = 13
        finally:
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("what", ATTEMPTS)
def test_a_reader_gets_nothing_but_its_document(what: str) -> None:
    assert fate(ATTEMPTS[what], confined=True) == 13


@pytest.mark.parametrize("what", [what for what in ATTEMPTS if "memory" not in what and "file" not in what])
def test_without_that_it_would(what: str) -> None:
    """The negative control."""
    assert fate(ATTEMPTS[what], confined=False) == 0


@pytest.mark.parametrize("what", ALLOWED)
def test_it_has_what_it_needs(what: str) -> None:
    assert fate(ALLOWED[what], confined=True) == 0
