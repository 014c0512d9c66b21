"""Somebody takes a port between its choice and the start of the server that it was chosen for."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.dev.part import Server
from deploy.dev.ports import HOST
from deploy.dev.report import Silence
from deploy.dev.servers.front import Front
from deploy.dev.servers.mail import Mail
from deploy.dev.site import Site
from deploy.dev.supervisor import PartFailed, Supervisor

pytestmark = pytest.mark.integration


class Anything(BaseHTTPRequestHandler):
    """What another platform's server may say: every page is there, mails come by another port."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"smtpPort": 1}')

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


class Stranger:
    """Takes a port of a site when it is told to."""

    def __init__(self) -> None:
        self._servers: list[ThreadingHTTPServer] = []

    def take(self, port: int) -> None:
        self._servers.append(ThreadingHTTPServer((HOST, port), Anything))
        Thread(target=self._servers[-1].serve_forever, kwargs={"poll_interval": 0.05}).start()

    def leave(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    somebody = Stranger()
    yield somebody
    somebody.leave()


@pytest.mark.parametrize(("kind", "port"), [(Front, "public"), (Mail, "mailbox")])
def test_a_server_is_not_ready_because_another_one_answers(
    tmp_path: Path, stranger: Stranger, monkeypatch: pytest.MonkeyPatch, kind: type[Server], port: str
) -> None:
    site = Site(tmp_path)
    part = kind(site)
    prepare = part.prepare

    def too_late() -> None:
        prepare()
        stranger.take(site.port(port))

    monkeypatch.setattr(part, "prepare", too_late)
    supervisor = Supervisor(site, [part], Silence())
    try:
        with pytest.raises(PartFailed, match=r"(?s)before it was ready.*(Address already in use|EADDRINUSE)"):
            supervisor.start()
    finally:
        supervisor.stop()


@pytest.mark.parametrize("kind", [Front, Mail])
def test_a_server_is_ready_on_its_own_port(tmp_path: Path, kind: type[Server]) -> None:
    site = Site(tmp_path)
    supervisor = Supervisor(site, [kind(site)], Silence())
    try:
        supervisor.start()
        assert supervisor.parts[kind.name].is_ready()
    finally:
        supervisor.stop()
