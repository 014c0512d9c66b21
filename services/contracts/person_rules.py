"""What may stand in a person's fields, wherever they are typed or sent.

Text is tidied (composed characters, single blanks, nothing invisible) and
bounded; what has a shape has to have it.  A name may contain any sign that can
be printed: who shows it escapes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from services.contracts.errors import InvalidField
from services.contracts.national_number import fault

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

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers that count as letters and signs, and show nothing: a link that is called so cannot be seen."""
_SHAPES = {
    "email": re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}"),
    "phone": re.compile(r"\+?[0-9]{6,15}"),
    "country": re.compile(r"[A-Z]{2}"),
}


def tidy(name: str, text: str) -> str:
    """The text of field `name` as it is kept; it may be empty.

    Errors: InvalidField(name, rule) with `too_long`, `characters`, `format`, `date` or `check_digit`.
    """
    compact = _COMPACT.get(name, str)(plain(name, text, LIMITS[name]))
    if compact:
        _check_shape(name, compact)
    return compact


def plain(name: str, text: str, limit: int) -> str:
    """One line of text: composed characters, single blanks, at most `limit` signs, all of them visible.

    Errors: InvalidField(name, rule) with `too_long` or `characters`.
    """
    tidied = " ".join(unicodedata.normalize("NFC", text).split())
    if len(tidied) > limit:
        raise InvalidField(name, "too_long")
    if any(sign in BLANKS or unicodedata.category(sign) in _INVISIBLE for sign in tidied):
        raise InvalidField(name, "characters")
    return tidied


def check_birth_date(day: date | None, today: date) -> None:
    """Errors: InvalidField(birth_date, range) for a day to come or beyond living memory."""
    if day is not None and not EARLIEST_BIRTH <= day <= today:
        raise InvalidField("birth_date", "range")


def _check_shape(name: str, text: str) -> None:
    shape = _SHAPES.get(name)
    if shape and not shape.fullmatch(text):
        raise InvalidField(name, "format")
    rule = fault(text) if name == "national_number" else ""
    if rule:
        raise InvalidField(name, rule)


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
