"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from services.contracts.credentials import PersonsJoined
from services.contracts.rights import PersonGone
from services.contracts.wire import Event
from services.identity.domain.credential import KnownCredential
from services.identity.domain.leaving import Gone
from services.identity.domain.login import Credential, Departure, Identified, PendingLogin
from services.identity.domain.person import Person
from services.identity.domain.principal import StaffMember
from services.identity.domain.proof import Proof
from services.identity.domain.registration import Pending


class Provider(Protocol):
    """One way to log in: by SAML, or by OpenID Connect."""

    @property
    def code(self) -> str: ...

    @property
    def audiences(self) -> tuple[str, ...]: ...

    def begin(self, login: PendingLogin) -> Departure:
        """Where the browser goes, and what to remember until it is back."""
        ...

    def finish(self, login: PendingLogin, answer: Mapping[str, str]) -> Identified:
        """What the answer (form or query fields) proves.  Errors: LoginRefused(reason)."""
        ...


@dataclass(frozen=True, slots=True)
class ProviderLogout:
    """What a provider has ended: sessions with one of the keys that were proved up to then, by its clock."""

    keys: tuple[str, ...]
    proved_until: datetime


@runtime_checkable
class EndsSessions(Protocol):
    """A provider that may tell us of log-outs."""

    def log_out(self, logout_token: str) -> ProviderLogout:
        """Errors: LoginRefused(reason)."""
        ...


class Spent(Protocol):
    """Answers that were believed: each opens the door once, whoever shows it."""

    def first(self, what: str, until: datetime) -> bool:
        """True for the first of many; remembered until it has expired by itself."""
        ...


@runtime_checkable
class Published(Protocol):
    """A provider that is told about us by a document that we publish."""

    def metadata(self) -> str:
        """The document, signed."""
        ...


class Logins(Protocol):
    """Log-ins that are away at a provider."""

    def add(self, login: PendingLogin) -> None: ...

    def take(self, login_id: str) -> PendingLogin | None:
        """Remove and return it: of many callers one gets it, the others None."""
        ...


class HeldByOther(Exception):
    """The credential is registered for another person."""


class Persons(Protocol):
    """Citizens and their credentials. A person that was closed is not there any more."""

    def known(self, credential: Credential) -> KnownCredential | None: ...

    def see(self, identified: Identified, now: datetime) -> KnownCredential:
        """Keep what its provider says of a credential; the first time it claims a person of its own."""
        ...

    def log_in(self, identified: Identified, now: datetime) -> Person:
        """The person at home with this credential, as now identified.

        The first time, and only then, `PersonRegistered` is told.
        """
        ...

    def home_of(self, credential: KnownCredential) -> str:
        """The id of the person for whom it is registered, else of the one that it has claimed."""
        ...

    def get(self, person_id: str) -> Person | None: ...

    def credential(self, credential_id: str) -> KnownCredential | None: ...

    def credentials_of(self, person: Person) -> tuple[KnownCredential, ...]:
        """Registered for it or claimed by it, the oldest first."""
        ...

    def with_number(self, national_number: str) -> Person | None:
        """The one who claims it."""
        ...

    def with_any_number(self, national_number: str, limit: int) -> tuple[Person, ...]:
        """For whom it is registered, or said by a provider."""
        ...

    def with_address(self, address: str, limit: int) -> tuple[Person, ...]: ...

    def with_credential_number(self, number: str, limit: int) -> tuple[KnownCredential, ...]: ...

    def save(self, before: Person, after: Person, *events: Event) -> bool:
        """Put `after` in the place of `before`, and tell; False where somebody else has changed it.

        Errors: NationalNumberTaken, HeldByOther.
        """
        ...

    def close(self, former_id: str, told: PersonsJoined) -> None:
        """Forget a person that was never registered; tell it, once, if there was one. May be repeated."""
        ...

    def give(self, credential_id: str, person_id: str) -> None:
        """Let the credential claim the person for whom it is registered."""
        ...

    def joining(self, limit: int) -> tuple[Person, ...]:
        """Persons with former ones that are still to be closed."""
        ...

    def forget(self, steps_before: datetime, codes_before: datetime, addresses_before: datetime) -> None:
        """Drop steps of trails, registrations that nobody confirmed, and addresses that were replaced.

        Each of that instant and older.
        """
        ...

    def drop_homeless(self, since: datetime) -> None:
        """Remove credentials whose first log-in, then or before, died before its person was stored."""
        ...

    def let_go(self, last_login_before: datetime, now: datetime) -> None:
        """End the grace of those who have never registered and not come since, as if they had left."""
        ...

    # --- leaving ---

    def leaving_until(self, now: datetime, limit: int) -> tuple[Person, ...]:
        """Those whose grace has ended."""
        ...

    def erase(self, left: Gone, told: PersonGone, now: datetime) -> None:
        """Put what is left in the place of a person whose grace has ended, and tell it. May be repeated."""
        ...

    def erase_credentials(self) -> None:
        """Remove the credentials of whoever was erased. May be repeated."""
        ...

    def to_be_told_again(self, now: datetime, limit: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Erased persons with their credentials' ids, see `TOLD_AGAIN_HOURS`."""
        ...

    def tell_again(self, person_id: str, told: PersonGone, now: datetime) -> None: ...


class Proofs(Protocol):
    def add(self, proof: Proof) -> None: ...

    def get(self, digest: str) -> Proof | None: ...


class CodeMail(Protocol):
    def send(self, pending: Pending, code: str, person_id: str) -> None:
        """Once for each `pending.nonce`.

        Errors: MailedTooOften, InvalidField(address), ServiceUnavailable(mail).
        """
        ...


class LastActs(Protocol):
    """What is asked of others while a person's data are still known.  Errors: those of the requests."""

    def forget_invitations(self, numbers: tuple[str, ...]) -> None: ...

    def say_farewell(self, address: str, language: str, key: str) -> None:
        """Once for each key."""
        ...


class Staff(Protocol):
    def by_credential(self, credential: Credential) -> StaffMember | None: ...

    def get(self, staff_id: str) -> StaffMember | None: ...

    def put(self, member: StaffMember, seen_at: datetime | None = None) -> None:
        """`seen_at`: of a log-in; who is put otherwise stays until somebody removes him."""
        ...
