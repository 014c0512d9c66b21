"""The Luxembourg national number (*matricule*) of a natural person.

Thirteen digits: date of birth (YYYYMMDD), a serial number of three, and two
check digits, each computed over the first eleven: Luhn, then Verhoeff.
"""

from __future__ import annotations

from datetime import date

LENGTH = 13
BODY = 11

_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
"""Multiplication in the dihedral group of order ten."""

_PERMUTED = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)
"""A digit by its place, the check digit standing at place 0."""

_INVERSE = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)


def is_national_number(text: str) -> bool:
    """True for thirteen ASCII digits, nothing between them, with both check digits right."""
    if len(text) != LENGTH or not (text.isascii() and text.isdigit()):
        return False
    return text[BODY:] == check_digits(text[:BODY])


def fault(text: str) -> str:
    """Which rule it breaks first: `format`, `date` (no such day of birth), `check_digit`; empty if none."""
    if len(text) != LENGTH or not (text.isascii() and text.isdigit()):
        return "format"
    if _birth_date(text) is None:
        return "date"
    return "" if is_national_number(text) else "check_digit"


def _birth_date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def check_digits(body: str) -> str:
    """Both check digits of the first eleven digits."""
    return f"{_luhn(body)}{_verhoeff(body)}"


def _luhn(body: str) -> int:
    doubled = (int(digit) * 2 for digit in body[::-2])
    plain = (int(digit) for digit in body[-2::-2])
    return -(sum(sum(divmod(number, 10)) for number in doubled) + sum(plain)) % 10


def _verhoeff(body: str) -> int:
    check = 0
    for place, digit in enumerate(reversed(body), start=1):
        check = _TIMES[check][_PERMUTED[place % 8][int(digit)]]
    return _INVERSE[check]
