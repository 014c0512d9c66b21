"""The mail server.  One connection a mail: confirmations are few, and a kept one is often a dead one."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage

from services.chassis.settings import Secret
from services.notify.ports import NeverSent, NotSent

_TIMEOUT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends by `security` none, starttls or tls (implicit), with a log-in where a user is given."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: Secret | None = None

    def send(self, mail: EmailMessage) -> None:
        """Raises NotSent for what may pass (RFC 5321, 4.2.1: 4yz), NeverSent for what will not (5yz).

        A connection lost before the answer to the text leaves open whether the mail was
        taken; it counts as not sent, and the second one has the same Message-ID.
        """
        try:
            self._hand_over(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _outcome(max(code for code, _ in refused.recipients.values())) from None
        except smtplib.SMTPResponseException as refused:
            raise _outcome(refused.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise NeverSent from None
        except (smtplib.SMTPException, OSError):
            raise NotSent from None

    def _hand_over(self, mail: EmailMessage) -> None:
        server = self._connect()
        try:
            self._prepare(server)
            server.send_message(mail)
        finally:
            _leave(server)

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


def _leave(server: smtplib.SMTP) -> None:
    """Whatever the server says to the farewell: the mail was taken or refused before."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _outcome(code: int) -> NotSent | NeverSent:
    return NeverSent() if code >= 500 else NotSent()
