"""A guest's link by mail: sent at once, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage

from services.chassis.clock import Clock
from services.contracts import notify as contract
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.contracts.guests import KINDS
from services.notify.keys import KeyedHash, occasion_of
from services.notify.ports import Allowances, Composer, Mailer, NeverSent, NotSent, Place

FROM_ONE_ROOM = 10
"""How many such mails an hour brings, whoever they go to."""
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class GuestLinks:
    """The use case with what it needs."""

    clock: Clock
    """Business time: the date of the mail."""
    real: Clock
    """Real time: allowances."""
    allowances: Allowances
    composer: Composer
    mailer: Mailer
    hashed: KeyedHash

    def send(self, request: contract.SendGuestLink) -> contract.Accepted:
        """Mail the link; the agent who asks waits for it.

        Errors: MailedTooOften, InvalidField(address | kind | room_id | guest_id), ServiceUnavailable(mail).
        """
        _check(request)
        of, occasion = f"guest|{self.hashed(request.room_id)}", occasion_of(request.request_key)
        mail = self._mail(request, occasion)
        place = self.allowances.take(of, occasion, FROM_ONE_ROOM, self.real.now())
        if place is Place.NONE:
            raise MailedTooOften(str(FROM_ONE_ROOM))
        if place is not Place.USED:
            self._hand_over(mail)
            self.allowances.use(of, occasion, self.real.now())
        return contract.Accepted()

    def _mail(self, request: contract.SendGuestLink, occasion: str) -> EmailMessage:
        try:
            return self.composer.compose_guest(request, occasion, self.clock.now())
        except NeverSent:
            raise InvalidField("address", "format") from None

    def _hand_over(self, mail: EmailMessage) -> None:
        try:
            self.mailer.send(mail)
        except NeverSent:
            raise InvalidField("address", "format") from None
        except NotSent:
            raise ServiceUnavailable("mail") from None


def _check(request: contract.SendGuestLink) -> None:
    if request.kind not in KINDS:
        raise InvalidField("kind", "choice")
    for name in ("room_id", "guest_id"):
        value = getattr(request, name)
        if not 0 < len(value) <= _LONGEST_ID or not value.isprintable():
            raise InvalidField(name, "format")
