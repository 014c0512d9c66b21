"""The six digits of a registration: they follow from what is stored and a key that is not."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass

from services.contracts.errors import InvalidField
from services.identity.domain.registration import Pending

_SIX_DIGITS = re.compile("[0-9]{6}")
_ALL = 10**6


@dataclass(frozen=True, slots=True)
class Codes:
    """A store that is read by somebody else gives no code away; a mail that is sent twice says the same."""

    key: bytes

    def of(self, person_id: str, pending: Pending) -> str:
        """The digits for one nonce, one address, one credential of one person."""
        wanted = pending.wanted
        named = json.dumps([person_id, wanted.credential_id, wanted.address, pending.nonce])
        digest = hmac.digest(self.key, named.encode(), hashlib.sha256)
        return f"{int.from_bytes(digest, 'big') % _ALL:06d}"

    def fits(self, typed: str, person_id: str, pending: Pending) -> bool:
        """Whether it is the code, compared in constant time."""
        return hmac.compare_digest(typed, self.of(person_id, pending))


def tidy_code(typed: str) -> str:
    """Six digits, however they were grouped.  Errors: InvalidField(code, format)."""
    digits = "".join(typed.split())
    if not _SIX_DIGITS.fullmatch(digits):
        raise InvalidField("code", "format")
    return digits
