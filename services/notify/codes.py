"""Codes that prove an e-mail address: mailed at once, kept nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.chassis.clock import Clock
from services.contracts import notify as contract
from services.contracts.errors import InvalidField
from services.notify.keys import KeyedHash, occasion_of
from services.notify.ports import Composer
from services.notify.post import Allowance, Post, told

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
    composer: Composer
    post: Post
    hashed: KeyedHash

    def send(self, request: contract.SendAddressCode) -> contract.Accepted:
        """Mail a code; the one who asks waits for it.

        Errors: MailedTooOften, InvalidField(address | code | purpose), ServiceUnavailable(mail).
        """
        _check(request)
        occasion = occasion_of(request.request_key)
        with told():
            mail = self.composer.compose_code(
                request.address, request.code, request.purpose, request.language, occasion, self.clock.now()
            )
        self.post.send(mail, occasion, *self._allowances(request))
        return contract.Accepted()

    def _allowances(self, request: contract.SendAddressCode) -> tuple[Allowance, Allowance]:
        address = f"code|{self.hashed(request.address)}"
        requester = self.hashed(request.requester) if request.requester else ""
        return Allowance(address, TO_ONE_ADDRESS), Allowance(f"{address}|{requester}", FOR_ONE_REQUESTER)


def _check(request: contract.SendAddressCode) -> None:
    if not _SIX_DIGITS.fullmatch(request.code):
        raise InvalidField("code", "format")
    if request.purpose not in (contract.BOOKING, contract.REGISTRATION):
        raise InvalidField("purpose", "unknown")
