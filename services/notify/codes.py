"""Codes that prove an e-mail address: mailed at once, kept nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage

from services.chassis.clock import Clock
from services.contracts import notify as contract
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.notify.keys import KeyedHash, occasion_of
from services.notify.ports import Allowances, Composer, Mailer, NeverSent, NotSent, Place

TO_ONE_ADDRESS = 10
"""How often a code may be mailed to one address in an hour, whoever asks for it."""
FOR_ONE_REQUESTER = 5
"""And how often for one who asks, so that nobody alone uses up what another needs."""

_SIX_DIGITS = re.compile("[0-9]{6}")


@dataclass(frozen=True, slots=True)
class AddressCodes:
    """The use case with what it needs."""

    clock: Clock
    """Business time: the date of the mail."""
    real: Clock
    """Real time: allowances."""
    allowances: Allowances
    composer: Composer
    mailer: Mailer
    hashed: KeyedHash

    def send(self, request: contract.SendAddressCode) -> contract.Accepted:
        """Mail a code; the one who asks waits for it.

        A request that is repeated because nobody knows what became of it mails the same code again rather
        than never.

        Errors: MailedTooOften, InvalidField(address | code | purpose), ServiceUnavailable(mail).
        """
        if not _SIX_DIGITS.fullmatch(request.code):
            raise InvalidField("code", "format")
        if request.purpose not in (contract.BOOKING, contract.REGISTRATION):
            raise InvalidField("purpose", "unknown")
        occasion = occasion_of(request.request_key)
        mail = self._mail(request, occasion)
        if self._place(request, occasion) is not Place.USED:
            self._hand_over(mail)
            self.allowances.use(self._address(request), occasion, self.real.now())
        return contract.Accepted()

    def _place(self, request: contract.SendAddressCode, occasion: str) -> Place:
        """Errors: MailedTooOften."""
        address = self._address(request)
        requester = self.hashed(request.requester) if request.requester else ""
        self._take(f"{address}|{requester}", occasion, FOR_ONE_REQUESTER)
        return self._take(address, occasion, TO_ONE_ADDRESS)

    def _address(self, request: contract.SendAddressCode) -> str:
        return f"code|{self.hashed(request.address)}"

    def _take(self, of: str, occasion: str, limit: int) -> Place:
        place = self.allowances.take(of, occasion, limit, self.real.now())
        if place is Place.NONE:
            raise MailedTooOften(str(limit))
        return place

    def _mail(self, request: contract.SendAddressCode, occasion: str) -> EmailMessage:
        try:
            return self.composer.compose_code(
                request.address, request.code, request.purpose, request.language, occasion, self.clock.now()
            )
        except NeverSent:
            raise InvalidField("address", "format") from None

    def _hand_over(self, mail: EmailMessage) -> None:
        try:
            self.mailer.send(mail)
        except NeverSent:
            raise InvalidField("address", "format") from None
        except NotSent:
            raise ServiceUnavailable("mail") from None
