"""A log-in: begun, away at the provider, back with an answer, spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.contracts.errors import LoginRefused

LIFETIME = timedelta(minutes=10)
LEVELS = ("low", "substantial", "high")
"""Levels of assurance of the eIDAS regulation, rising (Regulation (EU) 910/2014, Art. 8)."""
LEAST_LEVEL = "substantial"
"""What a citizen must reach; an identification below it is refused."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes: a plain redirect, or a form to be posted there when `form` is not empty."""

    url: str
    form: Mapping[str, str] = field(default_factory=dict)
    memory: Mapping[str, str] = field(default_factory=dict)
    """What the provider must know again at the end (request id, nonce, verifier); it stays here."""


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """Who is away at which provider.  Usable in [begun_at, expires_at), once."""

    login_id: str
    provider: str
    audience: str
    begun_at: datetime
    memory: Mapping[str, str] = field(default_factory=dict)
    person_id: str = ""
    """Who has to come back, or for whom a further credential is linked; empty: whoever comes."""
    links: bool = False
    proved_by: str = ""
    """The credential that was used to begin linking: revoked meanwhile, it links nothing."""

    @property
    def anew(self) -> bool:
        """Whether the provider shall not answer from a session of its own."""
        return bool(self.person_id)

    def since(self, name: str) -> datetime | None:
        """The instant that the provider remembers under `name`, if it does."""
        return datetime.fromisoformat(self.memory[name]) if name in self.memory else None

    @property
    def expires_at(self) -> datetime:
        return self.begun_at + LIFETIME


@dataclass(frozen=True, slots=True)
class Credential:
    """What a person shows: the issuer's name and the subject's number there, unique together."""

    issuer: str
    number: str


PRIVATE, PRO = "private", "pro"
"""Kinds of certificate: of a person alone, or of a person in a company."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What a provider's answer proves, all of it verified."""

    credential: Credential
    method: str
    level: str
    first_name: str
    last_name: str
    national_number: str = ""
    birth_date: date | None = None
    kind: str = PRIVATE
    company_id: str = ""
    """Of the company that a Pro certificate or a legal person's means names, by its issuer."""
    company_name: str = ""
    roles: tuple[str, ...] | None = None
    """What a staff member may do, where the provider says it; None: it is kept here."""
    session_keys: tuple[str, ...] = ()
    """Digests under which the provider may end the session; empty where it never does."""
    proved_at: datetime | None = None
    """When, by the provider's clock: it ends sessions that began before an instant of the same clock."""


def check_pending(pending: PendingLogin | None, provider: str, now: datetime) -> PendingLogin:
    """The log-in, if it may be finished now by this provider.  Errors: LoginRefused."""
    if pending is None:
        raise LoginRefused("unknown_or_spent")
    if pending.provider != provider:
        raise LoginRefused("other_provider")
    if now >= pending.expires_at:
        raise LoginRefused("expired")
    return pending


def check_level(level: str, least: str = LEAST_LEVEL) -> None:
    """Errors: LoginRefused for a level below the least one, or one that is not known."""
    if level not in LEVELS or LEVELS.index(level) < LEVELS.index(least):
        raise LoginRefused("level_too_low")
