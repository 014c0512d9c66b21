"""All that is done with citizens' credentials, in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from services.chassis.clock import Clock
from services.contracts import credentials as contract
from services.contracts.errors import LoginRefused
from services.contracts.identity import Principal
from services.identity.credentials.accounts import Accounts
from services.identity.credentials.codes import Codes
from services.identity.credentials.helpdesk import Helpdesk
from services.identity.credentials.leaving import Leaving
from services.identity.credentials.linking import Linking
from services.identity.credentials.proofs import Proofs
from services.identity.credentials.registration import Registration
from services.identity.credentials.revocation import Revocation
from services.identity.domain import principal as principals
from services.identity.domain.credential import REVOKED
from services.identity.domain.leaving import is_over
from services.identity.domain.login import Identified, PendingLogin, check_level
from services.identity.domain.person import Person
from services.identity.ports import CodeMail, LastActs, Persons
from services.identity.ports import Proofs as ProofStore

GRACE = timedelta(days=30)
"""From asking to leave until everything is erased."""
TRAIL_KEPT = timedelta(days=365)
UNCONFIRMED_KEPT = timedelta(days=1)
"""Behind its end: until then whoever types the code reads why it is not good any more."""
ADDRESS_KEPT = timedelta(days=7)
"""One that was replaced: longer than any mail is tried to it."""
NEVER_REGISTERED_KEPT = timedelta(days=395)
"""After the last log-in: 30 days longer than anybody can have booked ahead then."""
HOMELESS_KEPT = timedelta(days=1)
"""A credential without a person: longer than any log-in takes."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The use cases, and log-ins of citizens."""

    clock: Clock
    persons: Persons
    accounts: Accounts
    proofs: Proofs
    registration: Registration
    linking: Linking
    revocation: Revocation
    helpdesk: Helpdesk
    leaving: Leaving

    @classmethod
    def over(
        cls,
        clock: Clock,
        persons: Persons,
        proof_store: ProofStore,
        codes: Codes,
        mail: CodeMail,
        last_acts: LastActs,
        grace: timedelta = GRACE,
    ) -> Credentials:
        """Put together over its stores."""
        accounts, proofs = Accounts(clock, persons), Proofs(clock, proof_store)
        return cls(
            clock=clock,
            persons=persons,
            accounts=accounts,
            proofs=proofs,
            registration=Registration(accounts, proofs, codes, mail),
            linking=Linking(clock, accounts),
            revocation=Revocation(accounts, proofs),
            helpdesk=Helpdesk(accounts),
            leaving=Leaving(accounts, proofs, last_acts, grace),
        )

    def log_in(self, login: PendingLogin, identified: Identified) -> Principal:
        """Who has come back from a provider, with a proof of it; a linking log-in links.

        Errors: LoginRefused(level_too_low | revoked | other_person | credential_of_other |
        other_national_number | too_many_credentials).
        """
        check_level(identified.level)
        at_home = self._at_home(identified)
        if login.links:
            self.linking.link(login, identified, at_home)
        elif login.person_id and (at_home is None or at_home.person_id != login.person_id):
            raise LoginRefused("other_person")
        person = self.persons.log_in(identified, self.clock.now())
        _check_not_revoked(person, person.credential_id)
        return replace(principals.citizen(person), proof=self.proofs.give(person))

    def get_account(self, person_id: str) -> contract.Account:
        """Errors: NotFound(person)."""
        return self.accounts.show(self.accounts.get(person_id))

    def check_linking(self, request: contract.BeginLinking) -> str:
        """The credential by which it is begun.

        Errors: NotFound(person), NotAllowed(link), FreshLoginNeeded, TooManyCredentials(limit)."""
        person = self.accounts.get(request.person_id)
        self.linking.check(person)
        return self.proofs.check(request.proof, person)

    def sweep(self) -> None:
        """Finish what was left half-way, forget what is too old."""
        now = self.clock.now()
        self.linking.sweep()
        self.persons.let_go(now - NEVER_REGISTERED_KEPT, now)
        self.persons.drop_homeless(now - HOMELESS_KEPT)
        self.leaving.sweep()
        self.persons.forget(now - TRAIL_KEPT, now - UNCONFIRMED_KEPT, now - ADDRESS_KEPT)

    def _at_home(self, identified: Identified) -> Person | None:
        """Who is at home with the credential; who has left begins anew.  Errors: LoginRefused(revoked)."""
        known = self.persons.known(identified.credential)
        person = self.persons.get(self.persons.home_of(known)) if known else None
        if person is not None and is_over(person, self.clock.now()):
            self.leaving.end(person)
            return None
        if known is not None and person is not None:
            _check_not_revoked(person, known.credential_id)
        return person


def _check_not_revoked(person: Person, credential_id: str) -> None:
    if person.state_of(credential_id) == REVOKED:
        raise LoginRefused("revoked")
