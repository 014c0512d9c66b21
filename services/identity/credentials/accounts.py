"""A person with his credentials: how it is shown, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.chassis import context
from services.chassis.clock import Clock
from services.contracts import credentials as contract
from services.contracts.errors import NotFound, ServiceUnavailable
from services.identity.credentials.events import events
from services.identity.domain.credential import KnownCredential
from services.identity.domain.person import Act, Person
from services.identity.ports import Persons

_TRIES = 60
"""Each failure means that another change went through: more than that at once is no person's doing."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Persons, read and changed."""

    clock: Clock
    persons: Persons

    def get(self, person_id: str) -> Person:
        """Errors: NotFound(person)."""
        person = self.persons.get(person_id)
        if person is None:
            raise NotFound("person")
        return person

    def holder(self, credential_id: str) -> tuple[Person, KnownCredential]:
        """The person at home with a credential.  Errors: NotFound(credential)."""
        known = self.persons.credential(credential_id)
        person = self.persons.get(self.persons.home_of(known)) if known else None
        if known is None or person is None:
            raise NotFound("credential")
        return person, known

    def change(self, person_id: str, decide: Callable[[Person], Person]) -> Person:
        """Let `decide` say what becomes of the person, on what it is when it is written, and tell it.

        The same person again: nothing is changed. Errors: NotFound(person), NationalNumberTaken,
        HeldByOther, and those of `decide`.
        """
        for _ in range(_TRIES):
            before = self.get(person_id)
            after = decide(before)
            if after is before or self.persons.save(before, after, *events(before, after, self.clock.now())):
                return after
        raise ServiceUnavailable("identity")

    def act(self, actor: str, reason: str = "") -> Act:
        """What is done now, by whom, by the door that the caller came in by."""
        now = self.clock.now()
        kept = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as exactly as the store keeps it
        return Act(kept, actor, context.current().origin, reason)

    def show(self, person: Person) -> contract.Account:
        """As the contract has it."""
        known = self.persons.credentials_of(person)
        return contract.Account(
            person_id=person.person_id,
            name=f"{person.identified.first_name} {person.identified.last_name}",
            is_registered=person.is_registered,
            registered_at=person.registered_at,
            address=person.address,
            national_number=person.national_number or person.identified.national_number,
            language=person.language,
            credentials=tuple(_shown(person, credential) for credential in known),
            trail=person.trail,
            gone_at=person.gone_at,
        )


def _shown(person: Person, known: KnownCredential) -> contract.Credential:
    held = next((held for held in person.held if held.credential_id == known.credential_id), None)
    said = known.shown
    return contract.Credential(
        credential_id=known.credential_id,
        method=said.method,
        kind=said.kind,
        number=said.credential.number,
        issuer=said.credential.issuer,
        level=said.level,
        holder=f"{said.first_name} {said.last_name}",
        company_id=said.company_id,
        company_name=said.company_name,
        state=person.state_of(known.credential_id),
        registered_at=held.registered_at if held else None,
        last_used_at=known.last_used_at,
        revoked_at=held.revoked_at if held else None,
        revoked_by=held.revoked_by if held else "",
    )
