"""maildev: takes every mail by SMTP and shows it on a page; nothing leaves the machine."""

import json

from deploy.dev.part import NODE, Server, accepts, answer_of, clean_environment
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import ROOT, Site

PROGRAM = ROOT / "node_modules" / "maildev" / "bin" / "maildev"


def mailbox_url(site: Site) -> str:
    """Return the page that shows the mails; `GET <url>/email` lists them as JSON."""
    return f"http://localhost:{site.port('mailbox')}"


class Mail(Server):
    """The mail sink."""

    name = "mail"
    ports = ("smtp", "mailbox")

    def command(self) -> Command:
        """Run it on loopback, mails kept in the data folder."""
        home = self.site.path("mail")
        options = {
            "-s": str(self.site.port("smtp")),
            "-w": str(self.site.port("mailbox")),
            "--ip": HOST,
            "--web-ip": HOST,
            "--mail-directory": str(self.site.path("mail", "messages")),
        }
        words = [word for pair in options.items() for word in pair]
        return Command([str(NODE), str(PROGRAM), *words], clean_environment(home), home)

    def is_ready(self) -> bool:
        """It takes mail, and the page that answers shows those mails: it names the port they come by."""
        told = answer_of(self.site.port("mailbox"), "/config")
        smtp = self.site.port("smtp")
        return told is not None and _smtp_port(told) == smtp and accepts(smtp)


def _smtp_port(told: bytes) -> int | None:
    """The port in maildev's settings; None where something else answers."""
    try:
        return int(json.loads(told)["smtpPort"])
    except (ValueError, KeyError, TypeError):
        return None
