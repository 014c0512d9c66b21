"""The data in a private space: right where it is filled in, complete where it is starred.

A field may be left empty, since a space is filled in over time.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from services.contracts.person_rules import LIMITS, check_birth_date, tidy
from services.contracts.spaces import ADVISED, MANDATORY, PersonalData


def clean(data: PersonalData, today: date) -> PersonalData:
    """The data as it is stored: tidied, every field checked.

    Errors: InvalidField(field, rule) with the rules of `person_rules`.
    """
    check_birth_date(data.birth_date, today)
    texts = {name: tidy(name, getattr(data, name)) for name in LIMITS}
    return PersonalData(birth_date=data.birth_date, **texts)


def missing(data: PersonalData) -> tuple[str, ...]:
    """Starred fields that are still empty.

    Who has no national number gives date and place of birth instead.
    """
    empty = {field.name for field in fields(data) if not getattr(data, field.name)}
    stand_in = () if data.national_number else ("birth_date", "birth_place")
    return tuple(name for name in (*MANDATORY, *stand_in) if name in empty)


def advised(data: PersonalData) -> tuple[str, ...]:
    """Fields that are empty and may stay so, though filling them in helps."""
    due = missing(data)
    return tuple(name for name in ADVISED if not getattr(data, name) and name not in due)


def filled_in(data: PersonalData) -> tuple[str, ...]:
    """Names of the fields with something in them."""
    return tuple(field.name for field in fields(data) if getattr(data, field.name))
