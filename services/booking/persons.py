"""The two persons of an appointment, as they are kept: every field checked, blanks tidied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from services.contracts import person_rules
from services.contracts.booking import LANGUAGES, Assurance, ConfirmAppointment, InsuredPerson, Person
from services.contracts.errors import ConsentMissing, IdentityCopyMissing, InvalidField

PersonT = TypeVar("PersonT", Person, InsuredPerson)

BACK_OFFICE = "back-office"
METHODS = ("none", "luxtrust", "eidas", BACK_OFFICE)
LEVELS = ("low", "substantial", "high")
WITHOUT_LEVEL = ("none", BACK_OFFICE)
_IDS = ("space_id", "company_id", "procedure_id", "consent_version")
MOST_ID = 200
MOST_COMPANY_NAME = 200
"""Characters."""
_STAND_IN = ("birth_date", "birth_place")
"""Who has no national number gives these."""
_MAY_BE_EMPTY = frozenset({"national_number", *_STAND_IN})


def check_confirmation(request: ConfirmAppointment, today: date) -> ConfirmAppointment:
    """The request with both persons tidied.

    Errors: ConsentMissing, InvalidField (named as in the contract, `applicant.email`),
    IdentityCopyMissing.
    """
    if not request.consent:
        raise ConsentMissing
    if request.mail_language not in LANGUAGES:
        raise InvalidField("mail_language", "choice")
    check_assurance(request.assurance)
    request = check_company(request)
    applicant = clean(request.applicant, "applicant", today, optional=_optional(request.assurance))
    insured = clean(request.insured, "insured", today) if request.insured else None
    if request.assurance.method == "none" and not _has_copies(request):
        raise IdentityCopyMissing
    return replace(request, applicant=applicant, insured=insured)


def check_company(request: ConfirmAppointment) -> ConfirmAppointment:
    """With its ids bounded and the company's name tidied.

    Errors: InvalidField(company_name | person_id, missing) for a space; InvalidField(company_name,
    unexpected) for none; InvalidField(too_long) of an id.
    """
    for field in _IDS:
        if len(getattr(request, field)) > MOST_ID:
            raise InvalidField(field, "too_long")
    name = person_rules.plain("company_name", request.company_name, MOST_COMPANY_NAME)
    for field, needed in (("company_name", name), ("person_id", request.person_id)):
        if request.space_id and not needed:
            raise InvalidField(field, "missing")
    if not request.space_id and (name or request.company_id):
        raise InvalidField("company_name", "unexpected")
    return replace(request, company_name=name)


def _has_copies(request: ConfirmAppointment) -> bool:
    """A copy of the identity document of everybody who will speak."""
    insured_speaks = request.insured is not None and request.insured.speaks
    return bool(request.identity_copy_id and (request.insured_copy_id or not insured_speaks))


def check_assurance(assurance: Assurance) -> None:
    """Errors: InvalidField(assurance.method or assurance.level, choice)."""
    if assurance.method not in METHODS:
        raise InvalidField("assurance.method", "choice")
    levels = ("",) if assurance.method in WITHOUT_LEVEL else LEVELS
    if assurance.level not in levels:
        raise InvalidField("assurance.level", "choice")


def clean(person: PersonT, prefix: str, today: date, optional: frozenset[str] = _MAY_BE_EMPTY) -> PersonT:
    """Errors: InvalidField(`<prefix>.<field>`, rule); rules as in `person_rules`, and `missing`."""
    try:
        texts: dict[str, Any] = {
            name: _tidy(name, getattr(person, name), optional) for name in _texts(person)
        }
        tidied = replace(person, **texts)
        person_rules.check_birth_date(tidied.birth_date, today)
        _check_stand_in(tidied)
    except InvalidField as error:
        raise InvalidField(f"{prefix}.{error.details['field']}", error.details["rule"]) from None
    return tidied


def _texts(person: Person | InsuredPerson) -> list[str]:
    return [name for name in person_rules.LIMITS if hasattr(person, name)]


def _optional(assurance: Assurance) -> frozenset[str]:
    """A caller on the phone may have no e-mail address: his confirmation is a letter then."""
    return _MAY_BE_EMPTY | {"email"} if assurance.method == BACK_OFFICE else _MAY_BE_EMPTY


def _tidy(name: str, text: str, optional: frozenset[str]) -> str:
    tidied = person_rules.tidy(name, text)
    if not tidied and name not in optional:
        raise InvalidField(name, "missing")
    return tidied


def _check_stand_in(person: Person | InsuredPerson) -> None:
    for name in () if person.national_number else _STAND_IN:
        if not getattr(person, name):
            raise InvalidField(name, "missing")
