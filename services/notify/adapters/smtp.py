"""The mail server.  One connection a mail: confirmations are few, and a kept one is often a dead one."""

from __future__ import annotations

import smtplib
import ssl
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
        """Raises NotSent for what may pass (RFC 5321, 4.2.1: 4yz), NeverSent for what will not (5yz)."""
        try:
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _outcome(max(code for code, _ in refused.recipients.values())) from None
        except smtplib.SMTPAuthenticationError:
            raise NotSent from None
        except smtplib.SMTPResponseException as refused:
            raise _outcome(refused.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise NeverSent from None
        except (smtplib.SMTPException, OSError):
            raise NotSent from None

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return self._greet(
                smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT_SECONDS, context=context)
            )
        server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS)
        if self.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return self._greet(server)

    def _greet(self, server: smtplib.SMTP) -> smtplib.SMTP:
        if self.user and self.password:
            server.login(self.user, self.password.reveal())
        return server


def _outcome(code: int) -> NotSent | NeverSent:
    return NeverSent() if code >= 500 else NotSent()
