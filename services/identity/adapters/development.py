"""The development provider: a gallery of fictitious persons instead of a log-in.

It proves nothing, so the boot refuses it in staging and production, and images
are built without this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from services.contracts.errors import LoginRefused
from services.contracts.identity import AUDIENCES, DemoPerson
from services.contracts.national_number import check_digits
from services.identity.domain.login import Credential, Departure, Identified, PendingLogin
from services.identity.domain.principal import StaffMember

CODE = "development"
_PAGE = "/dev/sign-in"


@dataclass(frozen=True, slots=True)
class DemoCitizen:
    """A plainly fictitious citizen and the means that the log-in imitates."""

    code: str
    first_name: str
    last_name: str
    method: str
    level: str
    birth_date: date
    serial: str = ""
    """Three digits; who has none has no national number."""

    @property
    def national_number(self) -> str:
        if not self.serial:
            return ""
        body = f"{self.birth_date:%Y%m%d}{self.serial}"
        return body + check_digits(body)


CITIZENS = (
    DemoCitizen("resident", "Léa", "Muster", "luxtrust", "high", date(1985, 4, 12), "201"),
    DemoCitizen("parent", "Marc", "Demo", "luxtrust", "high", date(1979, 11, 3), "202"),
    DemoCitizen("pensioner", "Marie-Louise", "Muster-Demo", "luxtrust", "high", date(1951, 1, 30), "203"),
    DemoCitizen("commuter", "Jonas", "Muster", "eidas", "substantial", date(1990, 7, 21)),
    DemoCitizen("newcomer", "Inês", "Demo", "eidas", "high", date(1998, 2, 8)),
    DemoCitizen("low-level", "Paul", "Muster", "eidas", "low", date(1972, 9, 17)),
)


def _member(staff_id: str, name: str, role: str) -> StaffMember:
    return StaffMember(staff_id, name, (role,), Credential(CODE, staff_id))


STAFF = (
    _member("agent-anna", "Anna Demo", "agent"),
    _member("agent-ben", "Ben Demo", "agent"),
    _member("agent-chloe", "Chloe Demo", "agent"),
    _member("agent-david", "David Demo", "agent"),
    _member("supervisor-sam", "Sam Demo", "supervisor"),
    _member("helpdesk-hanna", "Hanna Demo", "helpdesk"),
    _member("administrator-ari", "Ari Demo", "administrator"),
)


class DevelopmentProvider:
    """Sends the browser to the gallery page and believes what it chooses there."""

    code = CODE
    audiences: tuple[str, ...] = AUDIENCES

    def begin(self, login: PendingLogin) -> Departure:
        return Departure(f"{_PAGE}?{urlencode({'login': login.login_id})}")

    def finish(self, login: PendingLogin, answer: Mapping[str, str]) -> Identified:
        """Errors: LoginRefused for somebody who is not in the gallery."""
        gallery = _STAFF_FOUND if login.audience == "staff" else _CITIZENS_FOUND
        found = gallery.get(answer.get("person", ""))
        if found is None:
            raise LoginRefused("unknown_person")
        return found

    def persons(self, audience: str) -> tuple[DemoPerson, ...]:
        """The cards of the gallery, in the order to show them."""
        if audience == "staff":
            return tuple(_staff_card(member) for member in STAFF)
        return tuple(_citizen_card(citizen) for citizen in CITIZENS)


def _citizen_card(citizen: DemoCitizen) -> DemoPerson:
    return DemoPerson(
        code=citizen.code,
        name=f"{citizen.first_name} {citizen.last_name}",
        method=citizen.method,
        level=citizen.level,
        roles=(),
    )


def _staff_card(member: StaffMember) -> DemoPerson:
    return DemoPerson(code=member.staff_id, name=member.name, method=CODE, level="", roles=member.roles)


def identified_citizen(citizen: DemoCitizen) -> Identified:
    """As its provider would say it."""
    return Identified(
        Credential(CODE, citizen.code),
        citizen.method,
        citizen.level,
        citizen.first_name,
        citizen.last_name,
        citizen.national_number,
        citizen.birth_date,
    )


def _identified_staff(member: StaffMember) -> Identified:
    first_name, _, last_name = member.name.partition(" ")
    return Identified(member.credential, CODE, "", first_name, last_name)


_CITIZENS_FOUND = {citizen.code: identified_citizen(citizen) for citizen in CITIZENS}
_STAFF_FOUND = {member.staff_id: _identified_staff(member) for member in STAFF}
