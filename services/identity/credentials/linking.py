"""Linking a further credential; what was seen alone with it is joined.

One write decides: the credential enters the person's list, from which a unique index keeps it out if it is
registered for somebody else. The same write notes that its former person is to be closed, which `settle`
does, at once or, where a process died, in a sweep.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from services.chassis.clock import Clock
from services.contracts.errors import (
    LoginRefused,
    NationalNumberTaken,
    NotAllowed,
    NotFound,
    TooManyCredentials,
)
from services.identity.credentials.accounts import Accounts
from services.identity.credentials.events import joined
from services.identity.domain.credential import REGISTERED, KnownCredential
from services.identity.domain.login import Identified, PendingLogin
from services.identity.domain.person import Person, check_room, linked, settled
from services.identity.ports import HeldByOther

_log = logging.getLogger(__name__)
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Linking:
    """The use cases with what they need."""

    clock: Clock
    accounts: Accounts

    def check(self, person: Person) -> None:
        """Whether it may be begun.  Errors: NotAllowed(link), TooManyCredentials(limit)."""
        if not person.is_registered:
            raise NotAllowed("link")
        check_room(person)

    def link(self, login: PendingLogin, identified: Identified, former: Person | None) -> None:
        """Register what was just shown for the person; `former` is who is at home with it until now.

        Errors: LoginRefused(credential_of_other | other_national_number | too_many_credentials | revoked).
        """
        if former is not None and former.person_id == login.person_id:
            return
        if former is not None and former.is_registered:
            raise LoginRefused("credential_of_other")
        _check(self.accounts.get(login.person_id), login, identified.national_number)
        seen = self.accounts.persons.see(identified, self.clock.now())
        self._enter(login, seen, seen_alone=former is not None)
        self.settle(login.person_id)

    def sweep(self) -> None:
        """Finish what was left by those who died."""
        for person in self.accounts.persons.joining(_AT_ONCE):
            self.settle(person.person_id)

    def settle(self, person_id: str) -> None:
        """Close the former persons of what was linked.  May be repeated, at any point."""
        for credential_id in self.accounts.get(person_id).joining:
            self._close_former(credential_id, person_id)
            self.accounts.change(person_id, lambda person, done=credential_id: settled(person, done))  # type: ignore[misc]

    def _close_former(self, credential_id: str, person_id: str) -> None:
        known = self.accounts.persons.credential(credential_id)
        if known is None or known.claimed_for == person_id:
            return
        self.accounts.persons.close(known.claimed_for, joined(person_id, known.claimed_for, self.clock.now()))
        self.accounts.persons.give(credential_id, person_id)
        _log.info("persons joined", extra={"person_id": person_id})

    def _enter(self, login: PendingLogin, seen: KnownCredential, *, seen_alone: bool) -> None:
        act, said = self.accounts.act(f"person:{login.person_id}"), seen.shown.national_number

        def decide(person: Person) -> Person:
            _check(person, login, said)
            return linked(person, seen.credential_id, said, act, seen_alone=seen_alone)

        try:
            self.accounts.change(login.person_id, decide)
        except HeldByOther:
            raise LoginRefused("credential_of_other") from None
        except NationalNumberTaken:
            raise LoginRefused("other_national_number") from None
        except TooManyCredentials:
            raise LoginRefused("too_many_credentials") from None
        except NotFound:  # linked by another tab a moment ago
            return


def _check(person: Person, login: PendingLogin, said: str) -> None:
    """That who began it still may, and that the further credential is no other person's by its number.

    Errors: LoginRefused(revoked | other_national_number).
    """
    if person.state_of(login.proved_by) != REGISTERED:
        raise LoginRefused("revoked")
    if said and person.national_number and said != person.national_number:
        raise LoginRefused("other_national_number")
