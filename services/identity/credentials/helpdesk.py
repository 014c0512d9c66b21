"""What the helpdesk does for persons who cannot do it themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.contracts import credentials as contract
from services.contracts.errors import InvalidField, NotFound
from services.contracts.national_number import LENGTH, fault
from services.contracts.person_rules import tidy
from services.identity.credentials.accounts import Accounts
from services.identity.domain.person import HELPDESK, Act, Person, reinstated, revoked

MOST_FOUND = 20
_LONGEST_REASON = 500
_CREDENTIAL_NUMBER = re.compile(r"[\x21-\x7e]{4,255}")
"""What issuers write: 20 digits, `LU/BE/…`, a subject of OpenID Connect."""
_NUMBER_END = 4
_GROUPED_DIGITS = re.compile(r"[0-9]+(?: [0-9]+)+")


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """The use cases with what they need."""

    accounts: Accounts

    def find(self, query: str) -> contract.Accounts:
        """Errors: InvalidField(query)."""
        return contract.Accounts(accounts=tuple(map(self.accounts.show, self._found(query.strip()))))

    def revoke(self, request: contract.RevokeForPerson) -> contract.Account:
        """Errors: NotFound(credential), InvalidField(reason)."""
        act = self._act(request.staff_id, request.reason)
        return self._change(
            request.credential_id, lambda person: revoked(person, request.credential_id, HELPDESK, act)
        )

    def reinstate(self, request: contract.ReinstateCredential) -> contract.Account:
        """Errors: NotFound(credential), InvalidField(reason), NationalNumberTaken."""
        act = self._act(request.staff_id, request.reason)
        return self._change(
            request.credential_id, lambda person: reinstated(person, request.credential_id, act)
        )

    def notice(self, credential_id: str, change_id: str = "") -> contract.Notice:
        """Errors: NotFound(credential | change)."""
        person, known = self.accounts.holder(credential_id)
        return contract.Notice(
            address=_former(person, change_id) if change_id else person.address,
            language=person.language,
            method=known.shown.method,
            number_end=known.shown.credential.number[-_NUMBER_END:],
            gone_at=person.gone_at,
        )

    def _change(self, credential_id: str, decide: Callable[[Person], Person]) -> contract.Account:
        person, _ = self.accounts.holder(credential_id)
        return self.accounts.show(self.accounts.change(person.person_id, decide))

    def _act(self, staff_id: str, reason: str) -> Act:
        """Errors: InvalidField(reason | staff_id)."""
        said = reason.strip()
        if not said:
            raise InvalidField("reason", "missing")
        if len(said) > _LONGEST_REASON:
            raise InvalidField("reason", "too_long")
        if not staff_id:
            raise InvalidField("staff_id", "missing")
        return self.accounts.act(f"staff:{staff_id}", said)

    def _found(self, query: str) -> tuple[Person, ...]:
        """Errors: InvalidField(query, missing | format | date | check_digit | …)."""
        persons = self.accounts.persons
        if "@" in query:
            return persons.with_address(_address(query), MOST_FOUND)
        number = query.replace(" ", "") if _GROUPED_DIGITS.fullmatch(query) else query
        if len(number) == LENGTH and number.isascii() and number.isdigit():
            return persons.with_any_number(_national_number(number), MOST_FOUND)
        if not _CREDENTIAL_NUMBER.fullmatch(number):
            raise InvalidField("query", "format" if query else "missing")
        return self._at_home(number)

    def _at_home(self, number: str) -> tuple[Person, ...]:
        persons = self.accounts.persons
        homes = dict.fromkeys(map(persons.home_of, persons.with_credential_number(number, MOST_FOUND)))
        return tuple(person for person in map(persons.get, homes) if person is not None)


def _former(person: Person, change_id: str) -> str:
    """Errors: NotFound(change)."""
    found = (former.address for former in person.former_addresses if former.change_id == change_id)
    address = next(found, None)
    if address is None:
        raise NotFound("change")
    return address


def _national_number(number: str) -> str:
    rule = fault(number)
    if rule:
        raise InvalidField("query", rule)
    return number


def _address(text: str) -> str:
    try:
        return tidy("email", text)
    except InvalidField as wrong:
        raise InvalidField("query", wrong.details["rule"]) from None
