"""Who somebody is by an ID token: a member of staff with roles, or a citizen with a level of assurance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from services.contracts.errors import LoginRefused
from services.contracts.identity import ROLES
from services.contracts.national_number import is_national_number
from services.identity.domain.login import LEVELS, Credential, Identified
from services.identity.oidc.claims import optional_text, text
from services.identity.oidc.id_token import Login
from services.identity.oidc.session_keys import keys_of_login


class Profile(Protocol):
    """How the claims of one provider are read."""

    def identified(self, issuer: str, login: Login) -> Identified:
        """Errors: LoginRefused(claim_missing | acr | claim)."""
        ...


@dataclass(frozen=True, slots=True)
class StaffProfile:
    """Roles come from the provider at each log-in; whatever the table does not name gives none."""

    path: tuple[str, ...]
    """Where the claim with the roles lies, from the outside in."""
    roles: Mapping[str, str]
    """The provider's names of roles, as ours."""

    def identified(self, issuer: str, login: Login) -> Identified:
        return Identified(
            credential=Credential(issuer, login.subject),
            method="staff",
            level="",
            first_name=text(login.claims, "given_name"),
            last_name=text(login.claims, "family_name"),
            roles=self._roles(login.claims),
            session_keys=keys_of_login(issuer, login.subject, login.session),
            proved_at=login.issued_at,
        )

    def _roles(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        found: Any = claims
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        mapped = {self.roles.get(name) for name in named if isinstance(name, str)}
        return tuple(role for role in ROLES if role in mapped)


@dataclass(frozen=True, slots=True)
class CitizenProfile:
    """A state portal: which claim holds what, and what its authentication contexts are worth."""

    method: str
    levels: Mapping[str, str]
    """Levels of assurance by authentication context (`acr`); one that is not named is refused."""
    first_name: str = "given_name"
    last_name: str = "family_name"
    birth_date: str = "birthdate"
    national_number: str = ""
    """The claim with the 13 digits; empty where the provider knows none."""

    def identified(self, issuer: str, login: Login) -> Identified:
        return Identified(
            credential=Credential(issuer, login.subject),
            method=self.method,
            level=self._level(login.context),
            first_name=text(login.claims, self.first_name),
            last_name=text(login.claims, self.last_name),
            national_number=self._national_number(login.claims),
            birth_date=_day(optional_text(login.claims, self.birth_date)),
            session_keys=keys_of_login(issuer, login.subject, login.session),
            proved_at=login.issued_at,
        )

    def _level(self, context: str) -> str:
        level = self.levels.get(context)
        if level not in LEVELS:
            raise LoginRefused("acr")
        return str(level)

    def _national_number(self, claims: Mapping[str, Any]) -> str:
        number = optional_text(claims, self.national_number) if self.national_number else ""
        if number and not is_national_number(number):
            raise LoginRefused("claim")
        return number


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise LoginRefused("claim") from None
