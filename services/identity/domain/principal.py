"""Persons and staff, as known after a log-in."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.errors import LoginRefused
from services.contracts.identity import ROLES, Principal
from services.identity.domain.login import Credential
from services.identity.domain.person import Person


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for the CNS; registered by an administrator, never by logging in."""

    staff_id: str
    name: str
    roles: tuple[str, ...]
    credential: Credential


def citizen(person: Person) -> Principal:
    """The person behind a citizen's log-in."""
    identified = person.identified
    return Principal(
        audience="citizen",
        subject_id=person.person_id,
        name=f"{identified.first_name} {identified.last_name}",
        method=identified.method,
        level=identified.level,
        roles=(),
        first_name=identified.first_name,
        last_name=identified.last_name,
        national_number=identified.national_number,
        birth_date=identified.birth_date,
    )


def staff(member: StaffMember | None) -> Principal:
    """The staff member behind a log-in.  Errors: LoginRefused for strangers and for who has no role."""
    if member is None:
        raise LoginRefused("not_registered")
    roles = tuple(role for role in member.roles if role in ROLES)
    if not roles:
        raise LoginRefused("no_role")
    return Principal(
        audience="staff", subject_id=member.staff_id, name=member.name, method="staff", level="", roles=roles
    )
