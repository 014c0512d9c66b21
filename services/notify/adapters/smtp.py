"""The mail server.  Connections are kept while there is something to send, and asked before the next mail."""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from services.chassis.settings import Secret
from services.notify.ports import NeverSent, NotSent

_TIMEOUT_SECONDS = 15
_IDLE_SECONDS = 5.0
"""Servers part from who says nothing, after minutes; and nobody should keep what he does not need."""
_FRESH_SECONDS = 1.0
"""So soon after the last mail nobody asks whether the server is still there."""
_QUEUE_SECONDS = 30
"""Longer than this nobody waits for a connection: his lease on the mail would run out."""


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends by `security` none, starttls or tls (implicit), with a log-in where a user is given."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: Secret | None = None
    connections: int = 10
    """At once; servers allow a sender only so many."""
    _idle: deque[tuple[float, smtplib.SMTP]] = field(default_factory=deque, init=False)
    """Each with the moment of its last use, the latest at the right end."""
    _places: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", threading.Semaphore(self.connections))

    def send(self, mail: EmailMessage) -> None:
        """Raises NotSent for what may pass (RFC 5321, 4.2.1: 4yz), NeverSent for what will not (5yz).

        A connection lost before the answer to the text leaves open whether the mail was
        taken; it counts as not sent, and the second one has the same Message-ID.
        """
        try:
            with self._place(), self._connection() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _outcome(max(code for code, _ in refused.recipients.values())) from None
        except smtplib.SMTPResponseException as refused:
            raise _outcome(refused.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise NeverSent from None
        except (smtplib.SMTPException, OSError):
            raise NotSent from None

    def let_go(self, idle_seconds: float = _IDLE_SECONDS) -> None:
        """Part from connections that nobody has used for so long."""
        while self._idle and time.monotonic() - self._idle[0][0] >= idle_seconds:
            _leave(self._idle.popleft()[1])

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_QUEUE_SECONDS):
            raise NotSent
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """One that was kept, or a new one; kept again unless anything went wrong."""
        server = self._kept() or self._new()
        try:
            yield server
        except BaseException:
            _leave(server)
            raise
        self._idle.append((time.monotonic(), server))

    def _kept(self) -> smtplib.SMTP | None:
        """The one used last, if it still answers."""
        while self._idle:
            used_at, server = self._idle.pop()
            if time.monotonic() - used_at < _FRESH_SECONDS or _answers(server):
                return server
            _leave(server)
        return None

    def _new(self) -> smtplib.SMTP:
        server = self._connect()
        try:
            self._prepare(server)
        except BaseException:
            _leave(server)
            raise
        return server

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS)

    def _prepare(self, server: smtplib.SMTP) -> None:
        """Whatever is refused here is the operator's to mend, so it is tried again."""
        try:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user and self.password:
                server.login(self.user, self.password.reveal())
        except smtplib.SMTPException:
            raise NotSent from None


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _leave(server: smtplib.SMTP) -> None:
    """Whatever the server says to the farewell: the mail was taken or refused before."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _outcome(code: int) -> NotSent | NeverSent:
    return NeverSent() if code >= 500 else NotSent()
