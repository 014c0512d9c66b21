"""The development mail sink as a recipient sees it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import httpx
from icalendar import Calendar


class NoMail(AssertionError):
    """Nothing came in time."""


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    calendar: str
    """Content of the attached calendar file."""

    @property
    def link(self) -> str:
        found = re.search(r"https?://\S+/l/[\w-]+", self.text)
        assert found is not None, "no link in the mail"
        return found[0]

    @property
    def event(self) -> Calendar:
        """The one event of the calendar file; raises for a file that is not valid."""
        calendar = Calendar.from_ical(self.calendar)
        (event,) = calendar.walk("VEVENT")
        return event


class Mailbox:
    """Mails in the order in which they came."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=5, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def wait_for(self, recipient: str, count: int = 1, seconds: float = 20) -> list[Mail]:
        """All mails to `recipient` once there are at least `count` of them.  Raises NoMail."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [mail for mail in self._http.get("/email").json() if _is_to(mail, recipient)]
            if len(found) >= count:
                return [self._opened(mail) for mail in found]
            time.sleep(0.05)  # the sink has no way to be waited for
        raise NoMail(recipient)

    def _opened(self, mail: dict[str, object]) -> Mail:
        attachments = mail.get("attachments") or []
        assert isinstance(attachments, list)
        calendars = [
            self._http.get(f"/email/{mail['id']}/attachment/{part['generatedFileName']}").text
            for part in attachments
            if part["contentType"] == "text/calendar"
        ]
        return Mail(str(mail["subject"]), str(mail["text"]), "".join(calendars))


def _is_to(mail: dict[str, object], recipient: str) -> bool:
    receivers = mail["to"]
    assert isinstance(receivers, list)
    return any(receiver["address"] == recipient for receiver in receivers)
