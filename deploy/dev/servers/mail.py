"""maildev: takes every mail by SMTP and shows it on a page; nothing leaves the machine."""

from deploy.dev.part import VENV_BIN, Part, accepts, answers, clean_environment
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import ROOT, Site

PROGRAM = ROOT / "node_modules" / "maildev" / "bin" / "maildev"


def mailbox_url(site: Site) -> str:
    """Return the page that shows the mails; `GET <url>/email` lists them as JSON."""
    return f"http://localhost:{site.port('mailbox')}"


class Mail(Part):
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
        return Command([str(VENV_BIN / "node"), str(PROGRAM), *words], clean_environment(home), home)

    def is_ready(self) -> bool:
        """It takes mail and its page answers."""
        return accepts(self.site.port("smtp")) and answers(self.site.port("mailbox"), "/healthz")
