"""Rules for the data in a private space: what may stand in a field, and what must.

A field may be left empty, since a space is filled in over time; what stands in
it has to be right.  Starred fields count as missing until they are filled.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

from services.contracts.errors import InvalidField
from services.contracts.national_number import fault as national_number_fault
from services.contracts.spaces import ADVISED, MANDATORY, PersonalData

EARLIEST_BIRTH = date(1890, 1, 1)
LIMITS = {
    "first_name": 80,
    "last_name": 80,
    "national_number": 20,
    "birth_place": 80,
    "email": 254,
    "phone": 30,
    "street": 120,
    "postal_code": 12,
    "city": 80,
    "country": 2,
}
"""Characters."""

_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def clean(data: PersonalData, today: date) -> PersonalData:
    """The data as it is stored: blanks tidied, every field checked.

    Errors: InvalidField with the rule `too_long`, `characters`, `format`, `date`, `check_digit` or `range`.
    """
    tidied = replace(data, **{name: _tidy(name, getattr(data, name)) for name in LIMITS})
    for name, (is_right, rule) in _RULES.items():
        text = getattr(tidied, name)
        if text and not is_right(text):
            raise InvalidField(name, rule)
    _check_national_number(tidied.national_number)
    if tidied.birth_date and not EARLIEST_BIRTH <= tidied.birth_date <= today:
        raise InvalidField("birth_date", "range")
    return tidied


def _check_national_number(number: str) -> None:
    rule = national_number_fault(number) if number else ""
    if rule:
        raise InvalidField("national_number", rule)


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


def _tidy(name: str, text: str) -> str:
    tidied = " ".join(unicodedata.normalize("NFC", text).split())
    if len(tidied) > LIMITS[name]:
        raise InvalidField(name, "too_long")
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in tidied):
        raise InvalidField(name, "characters")
    return _COMPACT.get(name, str)(tidied)


def _without_blanks(text: str) -> str:
    return text.replace(" ", "")


def _plain_phone(text: str) -> str:
    plain = re.sub(r"[ ./()-]", "", text)
    return f"+{plain[2:]}" if plain.startswith("00") else plain


_COMPACT: dict[str, Callable[[str], str]] = {
    "national_number": _without_blanks,
    "phone": _plain_phone,
    "country": str.upper,
}
_RULES: dict[str, tuple[Callable[[str], Any], str]] = {
    "email": (_EMAIL.fullmatch, "format"),
    "phone": (_PHONE.fullmatch, "format"),
    "country": (_COUNTRY.fullmatch, "format"),
}
