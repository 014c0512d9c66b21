"""The words for what registers of authorities hold, in the reader's language."""

from __future__ import annotations

from math import ceil
from typing import Any

from flask_babel import lazy_gettext as _l

from gateway.errors import duration
from gateway.i18n import birthday, country_name
from services.contracts.sources import Entry, SourceRecord

_SOURCES: dict[str, Any] = {
    "insured_persons": _l("Register of insured persons"),
    "employers": _l("Register of employers"),
}
_GROUPS: dict[str, Any] = {
    "person": _l("Person"),
    "insurance": _l("Insurance"),
    "company": _l("Company"),
    "address": _l("Address"),
}
_ENTRIES: dict[str, Any] = {
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "national_number": _l("National number"),
    "birth_date": _l("Date of birth"),
    "basis": _l("Insured as"),
    "health_fund": _l("Health insurance fund"),
    "since": _l("Since"),
    "name": _l("Name"),
    "company_id": _l("Number of the company"),
    "employer_number": _l("Employer number"),
    "insured_employees": _l("Insured employees"),
    "street": _l("Street and number"),
    "postal_code": _l("Postal code"),
    "city": _l("City"),
    "country": _l("Country"),
}
_BASES: dict[str, Any] = {
    "employee": _l("employee"),
    "self_employed": _l("self-employed"),
    "pensioner": _l("pensioner"),
    "family_member": _l("family member"),
    "voluntary": _l("voluntarily insured"),
}


def source(code: str) -> str:
    return str(_SOURCES.get(code, code))


def group(code: str) -> str:
    return str(_GROUPS.get(code, code))


def entry(code: str) -> str:
    return str(_ENTRIES.get(code, code))


def value(found: Entry) -> str:
    """As the source writes it, but for days, countries and codes."""
    if found.day is not None:
        return birthday(found.day)
    if found.name == "country":
        return country_name(found.text)
    return str(_BASES.get(found.text, found.text)) if found.name == "basis" else found.text


def wait(record: SourceRecord) -> str:
    """Until a register that is left alone is asked again."""
    again_at = record.again_at or record.asked_at
    return duration(ceil((again_at - record.asked_at).total_seconds()))
