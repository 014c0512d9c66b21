"""Mails that go out while somebody waits for it: so many an hour, once for each occasion, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from services.chassis.clock import Clock
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.notify.ports import Allowances, Mailer, NeverSent, NotSent, Place


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many mails an hour brings for what `of` names."""

    of: str
    limit: int


@dataclass(frozen=True, slots=True)
class Post:
    """Nothing is tried again here: who waits is told, and asks again."""

    real: Clock
    """Real time: allowances."""
    allowances: Allowances
    mailer: Mailer

    def send(self, mail: EmailMessage, occasion: str, allowance: Allowance, *others: Allowance) -> None:
        """Hand the mail over, unless that of this occasion was; all the allowances have to permit it.

        One of which nobody knows what became of it is sent again rather than never.

        Errors: MailedTooOften, InvalidField(address), ServiceUnavailable(mail).
        """
        now = self.real.now()
        for other in others:
            self._take(other, occasion, now)
        if self._take(allowance, occasion, now) is not Place.USED:
            with told():
                self.mailer.send(mail)
            self.allowances.use(allowance.of, occasion, now)

    def _take(self, allowance: Allowance, occasion: str, now: datetime) -> Place:
        place = self.allowances.take(allowance.of, occasion, allowance.limit, now)
        if place is Place.NONE:
            raise MailedTooOften(str(allowance.limit))
        return place


@contextmanager
def told() -> Iterator[None]:
    """What keeps a mail back is told to who waits for it: InvalidField(address), ServiceUnavailable(mail)."""
    try:
        yield
    except NeverSent:
        raise InvalidField("address", "format") from None
    except NotSent:
        raise ServiceUnavailable("mail") from None
