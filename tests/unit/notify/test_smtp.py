"""What the mail server's answers mean."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from services.notify.adapters.smtp import SmtpMailer
from services.notify.ports import NeverSent, NotSent
from tests.service_process import free_port


class _Session(socketserver.StreamRequestHandler):
    """One connection, answered from the server's script; an empty answer hangs up."""

    def handle(self) -> None:
        self.server.connections.append(self.connection)  # type: ignore[attr-defined]
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            command = line.partition(" ")[0].upper()
            if command == "DATA" and self._answer("DATA", "354 go on"):
                self._take_text()
            elif command != "DATA" and not self._answer(command, "250 fine"):
                return

    def _take_text(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.taken.append(b"".join(lines))  # type: ignore[attr-defined]
        self._answer("TEXT", "250 taken")

    def _answer(self, command: str, usual: str) -> bool:
        reply = self.server.script.get(command, usual)  # type: ignore[attr-defined]
        if reply:
            self._say(reply)
        return bool(reply)

    def _say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    """A mailer keeps its connection, so a session has no end of its own."""

    def __init__(self, script: dict[str, str]) -> None:
        self.script, self.taken = script, list[bytes]()
        self.connections: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), _Session)


@contextmanager
def serving(**script: str) -> Iterator[tuple[SmtpMailer, _Server]]:
    """A mailer and its server."""
    with _Server(script) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        mailer = SmtpMailer("127.0.0.1", int(server.server_address[1]), "none")
        yield mailer, server
        mailer.let_go(0)
        server.shutdown()


@contextmanager
def served(**script: str) -> Iterator[tuple[SmtpMailer, list[bytes]]]:
    """A mailer and the texts that its server has taken."""
    with serving(**script) as (mailer, server):
        yield mailer, server.taken


@pytest.fixture
def mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@cns.example", "b@mail.example", "Hello"
    mail.set_content("Text")
    return mail


def test_mail_that_is_taken_is_sent(mail: EmailMessage) -> None:
    with served() as (mailer, taken):
        mailer.send(mail)
    assert len(taken) == 1


def test_mails_in_a_row_share_a_connection(mail: EmailMessage) -> None:
    with serving() as (mailer, server):
        for _ in range(5):
            mailer.send(mail)
        assert (len(server.taken), len(server.connections)) == (5, 1)


def test_mails_at_once_take_no_more_connections_than_allowed(mail: EmailMessage) -> None:
    with serving() as (mailer, server), ThreadPoolExecutor(12) as pool:
        narrow = SmtpMailer(mailer.host, mailer.port, "none", connections=3)
        list(pool.map(lambda _: narrow.send(mail), range(40)))
        narrow.let_go(0)
        assert len(server.taken) == 40
        assert len(server.connections) <= 3


@pytest.mark.parametrize("answer", ["421 closing", ""])
def test_kept_connection_that_the_server_has_given_up_is_replaced(
    mail: EmailMessage, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.adapters.smtp._FRESH_SECONDS", 0.0)
    with serving() as (mailer, server):
        mailer.send(mail)
        server.script["NOOP"] = answer
        mailer.send(mail)
        assert (len(server.taken), len(server.connections)) == (2, 2)


def test_connection_after_a_refusal_is_not_used_again(mail: EmailMessage) -> None:
    with serving(RCPT="550 no such user") as (mailer, server):
        for _ in range(2):
            with pytest.raises(NeverSent):
                mailer.send(mail)
        assert len(server.connections) == 2


@pytest.mark.parametrize("farewell", ["221 bye", "421 in a hurry", ""])
def test_idle_connection_is_let_go_whatever_the_server_says(mail: EmailMessage, farewell: str) -> None:
    with serving(QUIT=farewell) as (mailer, server):
        mailer.send(mail)
        mailer.let_go()
        mailer.send(mail)
        assert len(server.connections) == 1
        mailer.let_go(0)
        mailer.send(mail)
        assert (len(server.taken), len(server.connections)) == (3, 2)


@pytest.mark.parametrize(
    "script",
    [{"RCPT": "550 no such user"}, {"TEXT": "554 refused"}, {"MAIL": "553 not you"}],
    ids=lambda script: next(iter(script.values())),
)
def test_permanent_answer_is_final(mail: EmailMessage, script: dict[str, str]) -> None:
    with served(**script) as (mailer, _), pytest.raises(NeverSent):
        mailer.send(mail)


@pytest.mark.parametrize(
    "script",
    [{"RCPT": "451 later"}, {"TEXT": "452 full"}, {"MAIL": "421 closing"}, {"MAIL": ""}],
    ids=lambda script: next(iter(script.values())) or "hangs up",
)
def test_passing_trouble_is_tried_again(mail: EmailMessage, script: dict[str, str]) -> None:
    with served(**script) as (mailer, taken):
        with pytest.raises(NotSent):
            mailer.send(mail)
        assert taken == [] or "TEXT" in script


def test_server_that_is_away_is_tried_again(mail: EmailMessage) -> None:
    with pytest.raises(NotSent):
        SmtpMailer("127.0.0.1", free_port(), "none").send(mail)


def test_server_without_encryption_gets_nothing_where_it_is_wanted(mail: EmailMessage) -> None:
    with served() as (mailer, taken), pytest.raises(NotSent):
        SmtpMailer(mailer.host, mailer.port, "starttls").send(mail)
    assert taken == []
