"""Registering: an address that a mail has to prove, and the national number that goes with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.contracts.booking import LANGUAGES
from services.contracts.errors import InvalidField
from services.contracts.person_rules import tidy

CODE_LIFETIME = timedelta(minutes=30)
ATTEMPTS = 5
"""Wrong codes until a new one is needed: of a million, so that guessing is as good as hopeless."""
_NUMBER_OPTIONAL = ("eidas",)
"""Methods of persons who may have no national number at all."""
_LONGEST_KEY = 128


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks to have registered, every field checked."""

    credential_id: str
    address: str
    national_number: str
    language: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A registration that waits for the digits of a mail; the digits themselves are kept nowhere."""

    request_key: str
    """The caller's: the same sends one mail."""
    nonce: str
    """The digits follow from it with a key that the store does not have."""
    wanted: Wanted
    expires_at: datetime
    attempts_left: int = ATTEMPTS
    is_sent: bool = False
    """Until then no code counts: each that may be guessed has cost a mail."""
    is_done: bool = False

    def answers(self, request_key: str, wanted: Wanted, now: datetime) -> bool:
        """Whether the same was asked before, so that nothing has to begin again."""
        return (self.request_key, self.wanted) == (request_key, wanted) and now < self.expires_at

    def may_be_tried(self, now: datetime) -> bool:
        """Whether a code may be compared with it."""
        return self.is_sent and not self.is_done and self.attempts_left > 0 and now < self.expires_at

    def missed(self) -> Pending:
        """After a wrong code."""
        return replace(self, attempts_left=self.attempts_left - 1)


def check_address(text: str) -> str:
    """An e-mail address as it is kept.  Errors: InvalidField(address, missing | too_long | format | …)."""
    return _mandatory("address", _tidied("address", "email", text))


def check_number(text: str, said: str, method: str) -> str:
    """The number to register, where `said` is what is known of it already and cannot be changed.

    Errors: InvalidField(national_number, missing | fixed | format | date | check_digit).
    """
    typed = _tidied("national_number", "national_number", text)
    if said and typed not in ("", said):
        raise InvalidField("national_number", "fixed")
    number = said or typed
    return number if method in _NUMBER_OPTIONAL else _mandatory("national_number", number)


def check_language(text: str) -> str:
    """Errors: InvalidField(language, unknown)."""
    if text not in LANGUAGES:
        raise InvalidField("language", "unknown")
    return text


def check_key(text: str) -> str:
    """Errors: InvalidField(request_key, missing | too_long)."""
    if len(text) > _LONGEST_KEY:
        raise InvalidField("request_key", "too_long")
    return _mandatory("request_key", text)


def _mandatory(field: str, text: str) -> str:
    if not text:
        raise InvalidField(field, "missing")
    return text


def _tidied(field: str, kind: str, text: str) -> str:
    try:
        return tidy(kind, text)
    except InvalidField as fault:
        raise InvalidField(field, fault.details["rule"]) from None
