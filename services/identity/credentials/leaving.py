"""Leaving: asked for with a proof, taken back until the grace ends, then erased here and told to all others.

The end has three steps, and whoever dies between two of them leaves it to the next sweep. First what needs
his data for the last time is asked of the others: invitations to his certificates are forgotten, a mail says
that it is done. Then one write leaves of the person what the trail needs and tells `PersonGone`. At last his
credentials go, which that write has noted.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.contracts import rights as contract
from services.contracts.errors import NotFound, PlatformError
from services.identity.credentials.accounts import Accounts
from services.identity.credentials.events import gone_event
from services.identity.credentials.proofs import Proofs
from services.identity.domain.leaving import exported, gone, is_over, leaving, staying
from services.identity.domain.person import PLATFORM, Act, Person
from services.identity.ports import LastActs

_log = logging.getLogger(__name__)
_AT_ONCE = 100
MAIL_TRIED = timedelta(hours=1)
"""A mail server that is away does not keep anybody here for longer."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """The use cases with what they need."""

    accounts: Accounts
    proofs: Proofs
    last_acts: LastActs
    grace: timedelta

    def note_export(self, request: contract.NoteExport) -> contract.ExportNoted:
        """Errors: NotFound(person), FreshLoginNeeded."""
        used, act = self._proved(request.person_id, request.proof), self._act(request.person_id)
        self.accounts.change(request.person_id, lambda person: exported(person, used, act))
        return contract.ExportNoted(at=act.at, grace_days=self.grace.days)

    def leave(self, request: contract.Leave) -> contract.Departure:
        """Errors: NotFound(person), FreshLoginNeeded."""
        used, act = self._proved(request.person_id, request.proof), self._act(request.person_id)
        return self._shown(
            self.accounts.change(request.person_id, lambda person: leaving(person, used, self.grace, act))
        )

    def stay(self, request: contract.Stay) -> contract.Departure:
        """Errors: NotFound(person)."""
        act = self._act(request.person_id)
        return self._shown(
            self.accounts.change(request.person_id, lambda person: staying(self._here(person), act))
        )

    def get(self, person_id: str) -> contract.Departure:
        """Errors: NotFound(person)."""
        return self._shown(self._here(self.accounts.get(person_id)))

    def sweep(self) -> None:
        """End what is due, finish what was left half-way, tell again what was told."""
        now, persons = self.accounts.clock.now(), self.accounts.persons
        for person in persons.leaving_until(now, _AT_ONCE):
            try:
                self.end(person)
            except PlatformError as error:
                _log.warning("an erasure waits", extra={"code": type(error).__name__})
        persons.erase_credentials()
        for person_id, credential_ids in persons.to_be_told_again(now, _AT_ONCE):
            persons.tell_again(person_id, gone_event(person_id, credential_ids, now), now)

    def end(self, person: Person) -> None:
        """Erase a person whose grace is over.  Errors: those of the services that are asked before."""
        now, persons = self.accounts.clock.now(), self.accounts.persons
        known = persons.credentials_of(person)
        self.last_acts.forget_invitations(tuple(one.shown.credential.number for one in known))
        self._say_farewell(person, now)
        left = gone(person, tuple(one.credential_id for one in known), self.accounts.act(PLATFORM))
        persons.erase(left, gone_event(person.person_id, left.credential_ids, now), now)
        persons.erase_credentials()
        _log.info("a person is erased", extra={"person_id": person.person_id})

    def _say_farewell(self, person: Person, now: datetime) -> None:
        if not person.address or person.gone_at is None:
            return
        key = f"{person.person_id} {person.gone_at.isoformat()}"
        try:
            self.last_acts.say_farewell(person.address, person.language, key)
        except PlatformError as error:
            if error.retryable and now < person.gone_at + MAIL_TRIED:
                raise
            _log.warning("a farewell was not sent", extra={"code": type(error).__name__})

    def _proved(self, person_id: str, proof: str) -> str:
        """The credential that the proof is of.  Errors: NotFound(person), FreshLoginNeeded."""
        return self.proofs.check_presence(proof, self._here(self.accounts.get(person_id)))

    def _act(self, person_id: str) -> Act:
        return self.accounts.act(f"person:{person_id}")

    def _here(self, person: Person) -> Person:
        """Errors: NotFound(person) for one whose grace is over."""
        if is_over(person, self.accounts.clock.now()):
            raise NotFound("person")
        return person

    def _shown(self, person: Person) -> contract.Departure:
        return contract.Departure(
            person_id=person.person_id, gone_at=person.gone_at, grace_days=self.grace.days
        )
