"""The eIDAS profile: which attributes are asked for, and who somebody is by the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.contracts.errors import LoginRefused
from services.identity.domain.login import LEAST_LEVEL, LEVELS, Credential, Identified, check_level
from services.identity.saml.names import EIDAS_LEGAL, EIDAS_NATURAL, LOA
from services.identity.saml.response import Assertion

PERSON_IDENTIFIER = f"{EIDAS_NATURAL}/PersonIdentifier"
FAMILY_NAME = f"{EIDAS_NATURAL}/CurrentFamilyName"
FIRST_NAME = f"{EIDAS_NATURAL}/CurrentGivenName"
DATE_OF_BIRTH = f"{EIDAS_NATURAL}/DateOfBirth"
LEGAL_IDENTIFIER = f"{EIDAS_LEGAL}/LegalPersonIdentifier"
LEGAL_NAME = f"{EIDAS_LEGAL}/LegalName"

REQUESTED = (
    (PERSON_IDENTIFIER, "PersonIdentifier", True),
    (FAMILY_NAME, "FamilyName", True),
    (FIRST_NAME, "FirstName", True),
    (DATE_OF_BIRTH, "DateOfBirth", True),
    (LEGAL_IDENTIFIER, "LegalPersonIdentifier", False),
    (LEGAL_NAME, "LegalName", False),
)
"""The minimum data set of a natural person, and of a legal one where the means carries it."""

METHOD = "eidas"


@dataclass(frozen=True, slots=True)
class EidasProfile:
    """What is agreed beyond the message format."""

    other_levels: Mapping[str, str]
    """Levels of means that are not notified, by URI (a country's own), as ours."""
    least_level: str = LEAST_LEVEL

    def identified(self, assertion: Assertion) -> Identified:
        """Who it is.  Errors: LoginRefused(level_unknown | level_too_low | attribute_missing | attribute)."""
        attributes = assertion.attributes
        level = self._level(assertion.context_class)
        check_level(level, self.least_level)
        return Identified(
            credential=Credential(METHOD, _one(attributes, PERSON_IDENTIFIER)),
            method=METHOD,
            level=level,
            first_name=_one(attributes, FIRST_NAME),
            last_name=_one(attributes, FAMILY_NAME),
            birth_date=_day(_one(attributes, DATE_OF_BIRTH)),
            company_id=_optional(attributes, LEGAL_IDENTIFIER),
            company_name=_optional(attributes, LEGAL_NAME),
        )

    def _level(self, uri: str) -> str:
        level = self.other_levels.get(uri) or uri.removeprefix(LOA)
        if level not in LEVELS:
            raise LoginRefused("level_unknown")
        return level


def _one(attributes: Mapping[str, tuple[str, ...]], name: str) -> str:
    values = attributes.get(name, ())
    if not values or not values[0]:
        raise LoginRefused("attribute_missing")
    if len(values) > 1:
        raise LoginRefused("attribute")
    return values[0]


def _optional(attributes: Mapping[str, tuple[str, ...]], name: str) -> str:
    return _one(attributes, name) if name in attributes else ""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LoginRefused("attribute") from None
