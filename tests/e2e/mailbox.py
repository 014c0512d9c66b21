"""The development mail sink as a recipient sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx
from icalendar import Calendar

from services.chassis.ids import new_id
from tests.service_process import PATIENCE, eventually


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: str
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


def fresh_address() -> str:
    """One that no other booking uses: an address gets only so many codes an hour."""
    return f"lea.muster+{new_id().lower()}@example.lu"


def code_in(mailbox: str, recipient: str) -> str:
    """The latest code for an address, from the mailbox that the development pages link to."""
    opened = Mailbox(mailbox)
    try:
        return opened.code_for(recipient)
    finally:
        opened.close()


class Mailbox:
    """Mails in the order in which they came."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=60, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def wait_for(self, recipient: str, seconds: float = PATIENCE, count: int = 1) -> list[Mail]:
        """All mails about appointments to `recipient`, once there are `count`."""
        return [self._opened(mail) for mail in eventually(lambda: self._at_least(count, recipient), seconds)]

    def entitled(self, recipient: str, words: str, count: int = 1) -> list[Mail]:
        """Mails to `recipient` whose subject begins so, with a file or without, once there are `count`."""

        def found() -> list[dict[str, object]]:
            mails = [m for m in self._to(recipient) if str(m["subject"]).startswith(words)]
            return mails if len(mails) >= count else []

        return [self._opened(mail) for mail in eventually(found)]

    def _at_least(self, count: int, recipient: str) -> list[dict[str, object]]:
        found = [mail for mail in self._to(recipient) if mail.get("attachments")]
        return found if len(found) >= count else []

    def code_for(self, recipient: str) -> str:
        """The latest code that was sent to prove this address."""
        return eventually(lambda: self._codes(recipient))[-1]

    def _codes(self, recipient: str) -> list[str]:
        found = (re.search(r"\b\d{6}\b", str(mail["subject"])) for mail in self._to(recipient))
        return [code[0] for code in found if code]

    def _to(self, recipient: str) -> list[dict[str, object]]:
        return [mail for mail in self._http.get("/email").json() if _is_to(mail, recipient)]

    def _opened(self, mail: dict[str, object]) -> Mail:
        attachments = mail.get("attachments") or []
        assert isinstance(attachments, list)
        calendars = [
            self._http.get(f"/email/{mail['id']}/attachment/{part['generatedFileName']}").text
            for part in attachments
            if part["contentType"] == "text/calendar"
        ]
        return Mail(str(mail["subject"]), str(mail["text"]), str(mail["html"]), "".join(calendars))


def _is_to(mail: dict[str, object], recipient: str) -> bool:
    receivers = mail["to"]
    assert isinstance(receivers, list)
    return any(receiver["address"] == recipient for receiver in receivers)
