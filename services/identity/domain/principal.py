"""Persons and staff, as known after a log-in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from services.contracts.errors import LoginRefused
from services.contracts.identity import ROLES, Principal
from services.identity.domain.credential import REGISTERED
from services.identity.domain.login import Credential, Identified
from services.identity.domain.person import Person


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Who works for the CNS; registered by an administrator, or by a provider that says the roles."""

    staff_id: str
    name: str
    roles: tuple[str, ...]
    credential: Credential


def member_as_said(identified: Identified, roles: tuple[str, ...], known: StaffMember | None) -> StaffMember:
    """The member as its provider describes it now; the id stays, and is the same however often it is made."""
    staff_id = known.staff_id if known else _staff_id(identified.credential)
    name = f"{identified.first_name} {identified.last_name}"
    return StaffMember(staff_id, name, roles, identified.credential)


def _staff_id(credential: Credential) -> str:
    named = json.dumps([credential.issuer, credential.number])
    return f"staff-{hashlib.sha256(named.encode()).hexdigest()[:24]}"


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
        national_number=person.national_number or identified.national_number,
        birth_date=identified.birth_date,
        credential_id=person.credential_id,
        is_registered=person.state_of(person.credential_id) == REGISTERED,
        kind=identified.kind,
        company_id=identified.company_id,
        company_name=identified.company_name,
        number=identified.credential.number,
        gone_at=person.gone_at,
    )


def admitted(member: StaffMember | None) -> Principal:
    """The staff member behind a log-in.  Errors: LoginRefused for strangers and for who has no role."""
    if member is None:
        raise LoginRefused("not_registered")
    found = staff(member)
    if not found.roles:
        raise LoginRefused("no_role")
    return found


def staff(member: StaffMember) -> Principal:
    """A staff member as known now; who has lost every role is still named in what he did."""
    roles = tuple(role for role in member.roles if role in ROLES)
    return Principal(
        audience="staff", subject_id=member.staff_id, name=member.name, method="staff", level="", roles=roles
    )
