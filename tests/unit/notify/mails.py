"""Mails as they are written and as they arrive."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from services.notify.adapters.composer import MailComposer

KEY = bytes(range(32))
COMPOSER = MailComposer(
    sender="rendez-vous@cns.example",
    public_url="https://video.cns.example",
    link_key=KEY,
    helpdesk_url="https://guichet.public.lu/",
    helpdesk_phone="+352 000",
)


def arrived(mail: EmailMessage) -> EmailMessage:
    """Sent as bytes, read again."""
    return message_from_bytes(mail.as_bytes(), policy=default)  # type: ignore[return-value]


def text_of(mail: EmailMessage, subtype: str = "plain") -> str:
    part = next(p for p in mail.walk() if p.get_content_type() == f"text/{subtype}")
    return str(part.get_content())
