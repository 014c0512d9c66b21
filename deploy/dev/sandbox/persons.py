"""Who can be chosen: the fictitious persons of `persons.toml` with their means, and the staff."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from deploy.dev.sandbox.files import PERSONS

LEVELS = ("low", "substantial", "high")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Means(_Table):
    """A certificate or an eID: one card of the gallery."""

    code: str
    provider: Literal["luxtrust", "eidas"]
    about: str
    number: str = Field(min_length=20)
    """At the provider: a certificate's subject serial number, or a unique identifier of the eIDAS profile."""
    level: Literal["low", "substantial", "high"] = "high"
    company_id: str = ""
    company_name: str = ""
    registered: bool = False


class Person(_Table):
    """What her identity document says, and what the platform knows of her where she is registered."""

    first_name: str
    last_name: str
    birth_date: date
    national_number: str = ""
    address: str = ""
    language: str = ""
    means: tuple[Means, ...]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Member(_Table):
    """Somebody of the staff."""

    subject: str
    first_name: str
    last_name: str
    role: Literal["agent", "supervisor", "helpdesk", "administrator", "operator", "auditor"]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Cast(_Table):
    """Everybody."""

    person: tuple[Person, ...]
    staff: tuple[Member, ...]

    def holders(self, provider: str) -> dict[str, tuple[Person, Means]]:
        """Whoever has means of this provider, by the card's code."""
        pairs = ((person, means) for person in self.person for means in person.means)
        return {means.code: (person, means) for person, means in pairs if means.provider == provider}

    def members(self) -> dict[str, Member]:
        """The staff, by the subject of their account."""
        return {member.subject: member for member in self.staff}


@cache
def cast() -> Cast:
    """The persons of the file, which stands beside this module."""
    return Cast.model_validate(tomllib.loads(PERSONS.read_text()))
