"""Persons and their credentials in memory, with the promises of the real store."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.chassis.clock import Clock
from services.contracts.credentials import PersonsJoined
from services.contracts.errors import NationalNumberTaken, PlatformError
from services.contracts.rights import TOLD_AGAIN_HOURS, PersonGone
from services.contracts.wire import Event
from services.identity.credentials import Credentials
from services.identity.credentials.codes import Codes
from services.identity.domain.credential import KnownCredential
from services.identity.domain.leaving import Gone
from services.identity.domain.login import Credential, Identified
from services.identity.domain.person import Person
from services.identity.domain.proof import Proof
from services.identity.domain.registration import Pending
from services.identity.ports import CodeMail, HeldByOther, LastActs

KEY = b"a key for tests alone"


class FakePersons:
    """`told` are the events that would be published, in order."""

    def __init__(self) -> None:
        self.credentials: dict[Credential, KnownCredential] = {}
        self.persons: dict[str, Person] = {}
        self.closed: dict[str, str] = {}
        self.told: list[Event] = []
        self.gone: dict[str, Gone] = {}
        self.erasing: set[str] = set()
        self.tell_again_at: dict[str, list[datetime]] = {}
        self.last_logins: dict[str, datetime] = {}
        self.number = 0

    def known(self, credential: Credential) -> KnownCredential | None:
        return self.credentials.get(credential)

    def see(self, identified: Identified, now: datetime) -> KnownCredential:
        known = self.credentials.get(identified.credential) or self._claimed(identified, now)
        self.credentials[identified.credential] = replace(known, shown=identified, last_used_at=now)
        return self.credentials[identified.credential]

    def log_in(self, identified: Identified, now: datetime) -> Person:
        seen = self.see(identified, now)
        person_id = self.home_of(seen)
        person = self.persons.get(person_id) or Person(person_id, identified)
        self.last_logins[person_id] = now
        self.persons[person_id] = replace(person, identified=identified, credential_id=seen.credential_id)
        return self.persons[person_id]

    def home_of(self, credential: KnownCredential) -> str:
        holder = self._holder(credential.credential_id)
        return holder.person_id if holder else credential.claimed_for

    def get(self, person_id: str) -> Person | None:
        return self.persons.get(person_id)

    def credential(self, credential_id: str) -> KnownCredential | None:
        return next((c for c in self.credentials.values() if c.credential_id == credential_id), None)

    def credentials_of(self, person: Person) -> tuple[KnownCredential, ...]:
        held = {one.credential_id for one in person.held}
        found = [
            c
            for c in self.credentials.values()
            if c.claimed_for == person.person_id or c.credential_id in held
        ]
        return tuple(sorted(found, key=lambda credential: credential.seen_at))

    def with_number(self, national_number: str) -> Person | None:
        return next((p for p in self.persons.values() if p.claimed_number == national_number), None)

    def with_any_number(self, national_number: str, limit: int) -> tuple[Person, ...]:
        found = [
            p
            for p in self.persons.values()
            if national_number in (p.national_number, p.identified.national_number)
        ]
        return tuple(found[:limit])

    def with_address(self, address: str, limit: int) -> tuple[Person, ...]:
        key = address.casefold()
        return tuple([p for p in self.persons.values() if p.address.casefold() == key][:limit])

    def with_credential_number(self, number: str, limit: int) -> tuple[KnownCredential, ...]:
        return tuple([c for c in self.credentials.values() if c.shown.credential.number == number][:limit])

    def save(self, before: Person, after: Person, *events: Event) -> bool:
        stored = self.persons.get(before.person_id)
        if stored is None or stored.version != before.version:
            return False
        self._check_unique(after)
        last = {"identified": stored.identified, "credential_id": stored.credential_id}
        self.persons[after.person_id] = replace(after, version=before.version + 1, **last)
        self.told.extend(events)
        return True

    def close(self, former_id: str, told: PersonsJoined) -> None:
        if self.persons.pop(former_id, None) is not None:
            self.told.append(told)
        self.closed[former_id] = told.person_id

    def give(self, credential_id: str, person_id: str) -> None:
        known = self.credential(credential_id)
        if known:
            self.credentials[known.shown.credential] = replace(known, claimed_for=person_id)

    def joining(self, limit: int) -> tuple[Person, ...]:
        return tuple([p for p in self.persons.values() if p.joining][:limit])

    def forget(self, steps_before: datetime, codes_before: datetime, addresses_before: datetime) -> None:
        for person in list(self.persons.values()):
            kept = tuple(step for step in person.trail if step.at > steps_before)
            is_old = person.pending is not None and person.pending.expires_at <= codes_before
            pending = None if is_old else person.pending
            former = tuple(left for left in person.former_addresses if left.at > addresses_before)
            after = replace(person, trail=kept, pending=pending, former_addresses=former)
            if after != person:
                self.save(person, after)

        for person_id, left in list(self.gone.items()):
            steps = tuple(step for step in left.trail if step.at > steps_before)
            self.gone[person_id] = replace(left, trail=steps)

    def let_go(self, last_login_before: datetime, now: datetime) -> None:
        for person in list(self.persons.values()):
            is_idle = self.last_logins.get(person.person_id, now) <= last_login_before
            if is_idle and not person.is_registered and person.gone_at is None:
                self.persons[person.person_id] = replace(person, gone_at=now)

    def drop_homeless(self, since: datetime) -> None:
        for credential, known in list(self.credentials.items()):
            if known.seen_at <= since and self.home_of(known) not in self.persons:
                del self.credentials[credential]

    def leaving_until(self, now: datetime, limit: int) -> tuple[Person, ...]:
        return tuple([p for p in self.persons.values() if p.gone_at and p.gone_at <= now][:limit])

    def erase(self, left: Gone, told: PersonGone, now: datetime) -> None:
        person = self.persons.get(left.person_id)
        if person is not None and person.gone_at is not None and person.gone_at <= now:
            del self.persons[left.person_id]
            self.gone[left.person_id] = left
            self.erasing.add(left.person_id)
            self.told.append(told)
            self.tell_again_at[left.person_id] = [now + timedelta(hours=h) for h in TOLD_AGAIN_HOURS]

    def erase_credentials(self) -> None:
        for person_id in self.erasing:
            ids = self.gone[person_id].credential_ids
            for credential, known in list(self.credentials.items()):
                if known.claimed_for == person_id or known.credential_id in ids:
                    del self.credentials[credential]
        self.erasing.clear()

    def to_be_told_again(self, now: datetime, limit: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
        due = [person_id for person_id, times in self.tell_again_at.items() if times and times[0] <= now]
        return tuple((person_id, self.gone[person_id].credential_ids) for person_id in due[:limit])

    def tell_again(self, person_id: str, told: PersonGone, now: datetime) -> None:
        self.tell_again_at[person_id] = [at for at in self.tell_again_at[person_id] if at > now]
        self.told.append(told)

    def _claimed(self, identified: Identified, now: datetime) -> KnownCredential:
        self.number += 1
        return KnownCredential(f"credential-{self.number}", f"person-{self.number}", identified, now, now)

    def _holder(self, credential_id: str) -> Person | None:
        holds = (
            p for p in self.persons.values() if any(held.credential_id == credential_id for held in p.held)
        )
        return next(holds, None)

    def _check_unique(self, after: Person) -> None:
        same = self.with_number(after.claimed_number) if after.claimed_number else None
        if same and same.person_id != after.person_id:
            raise NationalNumberTaken
        holders = (self._holder(held.credential_id) for held in after.held)
        if any(holder and holder.person_id != after.person_id for holder in holders):
            raise HeldByOther


class FakeProofs:
    def __init__(self) -> None:
        self.proofs: dict[str, Proof] = {}

    def add(self, proof: Proof) -> None:
        self.proofs[proof.digest] = proof

    def get(self, digest: str) -> Proof | None:
        return self.proofs.get(digest)


class FakeMail:
    """Sends once for each nonce; `faults` are raised first, one by one."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, str]] = {}
        self.faults: list[Exception] = []

    def send(self, pending: Pending, code: str, person_id: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.setdefault(pending.nonce, (pending.wanted.address, code))

    @property
    def last_code(self) -> str:
        return list(self.sent.values())[-1][1]


class FakeLastActs:
    """What others were asked; `faults` are raised first, one by one."""

    def __init__(self) -> None:
        self.forgotten: list[str] = []
        self.farewells: dict[str, tuple[str, str]] = {}
        self.faults: list[PlatformError] = []

    def forget_invitations(self, numbers: tuple[str, ...]) -> None:
        self.forgotten += numbers

    def say_farewell(self, address: str, language: str, key: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.farewells.setdefault(key, (address, language))


def credentials_over(
    clock: Clock,
    persons: FakePersons,
    mail: CodeMail | None = None,
    last_acts: LastActs | None = None,
) -> Credentials:
    return Credentials.over(
        clock, persons, FakeProofs(), Codes(KEY), mail or FakeMail(), last_acts or FakeLastActs()
    )
