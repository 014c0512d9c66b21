"""Registering the credential that somebody has logged in with, and changing the address later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.chassis.ids import new_id
from services.contracts import credentials as contract
from services.contracts.errors import (
    AddressCodeExpired,
    AddressCodeWrong,
    FreshLoginNeeded,
    InvalidField,
    MailedTooOften,
    NationalNumberTaken,
    NotFound,
    PlatformError,
    ServiceUnavailable,
)
from services.identity.credentials.accounts import Accounts
from services.identity.credentials.codes import Codes, tidy_code
from services.identity.credentials.proofs import Proofs
from services.identity.domain.credential import REGISTERED, REVOKED, KnownCredential
from services.identity.domain.person import Person, registered
from services.identity.domain.registration import (
    CODE_LIFETIME,
    Pending,
    Wanted,
    check_address,
    check_key,
    check_language,
    check_number,
)
from services.identity.ports import CodeMail, HeldByOther


@dataclass(frozen=True, slots=True)
class Registration:
    """The use cases with what they need."""

    accounts: Accounts
    proofs: Proofs
    codes: Codes
    mail: CodeMail

    def begin(self, request: contract.BeginRegistration) -> contract.CodeSent:
        """Errors: see the contract."""
        person, known = self._own(request.person_id, request.credential_id)
        if person.is_registered:
            self._check_fresh(request, person)
        wanted = _wanted(request, person, known)
        before, pending = self._asked(person, check_key(request.request_key), wanted)
        if not (pending.is_sent or pending.is_done):
            pending = self._sent(person, before, pending)
        return contract.CodeSent(expires_at=pending.expires_at, attempts_left=pending.attempts_left)

    def _check_fresh(self, request: contract.BeginRegistration, person: Person) -> None:
        """Errors: FreshLoginNeeded."""
        self.proofs.check(request.proof, person)
        if person.state_of(request.credential_id) != REGISTERED:
            raise FreshLoginNeeded

    def confirm(self, request: contract.ConfirmRegistration) -> contract.Account:
        """Errors: see the contract."""
        code, credential_id = tidy_code(request.code), request.credential_id
        self._own(request.person_id, credential_id)
        try:
            tried = self.accounts.change(
                request.person_id, lambda person: self._tried(person, credential_id, code)
            )
        except HeldByOther:
            raise NotFound("credential") from None
        if not self._is_done(tried, credential_id, code):
            raise _refusal(tried, credential_id, self.accounts.clock.now())
        return self.accounts.show(tried)

    def _own(self, person_id: str, credential_id: str) -> tuple[Person, KnownCredential]:
        """Errors: NotFound(person | credential)."""
        person = self.accounts.get(person_id)
        holder, known = self.accounts.holder(credential_id)
        if holder.person_id != person.person_id:
            raise NotFound("credential")
        return person, known

    def _asked(self, person: Person, key: str, wanted: Wanted) -> tuple[Pending | None, Pending]:
        """What waited for a code until this moment, and what does now.  Errors: NationalNumberTaken."""
        now = self.accounts.clock.now()
        other = self.accounts.persons.with_number(wanted.national_number) if wanted.national_number else None
        if other is not None and other.person_id != person.person_id:
            raise NationalNumberTaken
        whole = now.replace(microsecond=0)  # a store keeps less of an instant than a clock says
        fresh = Pending(key, new_id(), wanted, whole + CODE_LIFETIME)

        before: Pending | None = None

        def decide(found: Person) -> Person:
            nonlocal before
            before = found.pending
            waits = before is not None and before.answers(key, wanted, now)
            return found if waits else replace(found, pending=fresh)

        pending = self.accounts.change(person.person_id, decide).pending or fresh
        return before, pending

    def _sent(self, person: Person, before: Pending | None, pending: Pending) -> Pending:
        """Mail the code; only then it counts: whoever guesses has used up a mail for every few guesses."""
        code = self.codes.of(person.person_id, pending)
        try:
            self.mail.send(pending, code, person.person_id)
        except (MailedTooOften, ServiceUnavailable, InvalidField):
            # A code that was mailed before stays good where no other has been mailed, as often as it was.
            self._replace(person.person_id, pending, before)
            raise
        sent = replace(pending, is_sent=True)
        self._replace(person.person_id, pending, sent)
        return sent

    def _replace(self, person_id: str, pending: Pending, by: Pending | None) -> None:
        def decide(found: Person) -> Person:
            return replace(found, pending=by) if found.pending == pending else found

        self.accounts.change(person_id, decide)

    def _tried(self, person: Person, credential_id: str, code: str) -> Person:
        """What a code does: it registers, or costs an attempt; anything else changes nothing."""
        pending, act = person.pending, self.accounts.act(f"person:{person.person_id}")
        if pending is None or pending.wanted.credential_id != credential_id:
            return person
        if not pending.may_be_tried(act.at) or person.state_of(credential_id) == REVOKED:
            return person
        if self.codes.fits(code, person.person_id, pending):
            return registered(person, pending, act)
        return replace(person, pending=pending.missed())

    def _is_done(self, person: Person, credential_id: str, code: str) -> bool:
        pending = person.pending
        return (
            pending is not None
            and pending.is_done
            and pending.wanted.credential_id == credential_id
            and self.codes.fits(code, person.person_id, pending)
        )


def _wanted(request: contract.BeginRegistration, person: Person, known: KnownCredential) -> Wanted:
    """Errors: InvalidField."""
    said = person.national_number or known.shown.national_number
    return Wanted(
        credential_id=request.credential_id,
        address=check_address(request.address),
        national_number=check_number(request.national_number, said, known.shown.method),
        language=check_language(request.language),
    )


def _refusal(person: Person, credential_id: str, now: datetime) -> PlatformError:
    pending, is_revoked = person.pending, person.state_of(credential_id) == REVOKED
    if pending is not None and pending.may_be_tried(now) and not is_revoked:
        return AddressCodeWrong(str(pending.attempts_left))
    return AddressCodeExpired()
