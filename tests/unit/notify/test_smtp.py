"""What the mail server's answers mean."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from services.notify.adapters.smtp import SmtpMailer
from services.notify.ports import NeverSent, NotSent
from tests.service_process import free_port


class _Session(socketserver.StreamRequestHandler):
    """One connection, answered from the server's script; an empty answer hangs up."""

    def handle(self) -> None:
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


@contextmanager
def served(**script: str) -> Iterator[tuple[SmtpMailer, list[bytes]]]:
    """A mailer and the texts that its server has taken."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Session) as server:
        server.script, server.taken = script, []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield SmtpMailer("127.0.0.1", server.server_address[1], "none"), server.taken  # type: ignore[attr-defined]
        server.shutdown()


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


@pytest.mark.parametrize("farewell", ["421 in a hurry", ""])
def test_bad_farewell_after_a_taken_mail_makes_no_second_one(mail: EmailMessage, farewell: str) -> None:
    with served(QUIT=farewell) as (mailer, taken):
        mailer.send(mail)
    assert len(taken) == 1


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
