"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from services.contracts.identity import DemoPerson
from services.identity.domain.login import Credential, Departure, Identified, PendingLogin
from services.identity.domain.person import Person
from services.identity.domain.principal import StaffMember


class Provider(Protocol):
    """One way to log in: SAML, OpenID Connect, or the development gallery."""

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


class Gallery(Protocol):
    """The persons that the development provider offers."""

    def persons(self, audience: str) -> tuple[DemoPerson, ...]: ...


class Logins(Protocol):
    """Log-ins that are away at a provider."""

    def add(self, login: PendingLogin) -> None: ...

    def take(self, login_id: str) -> PendingLogin | None:
        """Remove and return it: of many callers one gets it, the others None."""
        ...


class Persons(Protocol):
    """Citizens, found by what they show."""

    def register(self, identified: Identified, now: datetime) -> Person:
        """The person with this credential, as now identified.

        The first time, and only then, `PersonRegistered` is told.
        """
        ...

    def get(self, person_id: str) -> Person | None: ...


class Staff(Protocol):
    def by_credential(self, credential: Credential) -> StaffMember | None: ...

    def get(self, staff_id: str) -> StaffMember | None: ...

    def put(self, member: StaffMember) -> None: ...
