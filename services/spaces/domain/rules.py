"""What may stand in the fields that people type."""

from __future__ import annotations

from collections.abc import Iterable

from services.contracts.errors import InvalidField
from services.contracts.person_rules import plain, tidy


def filled(field: str, text: str, limit: int) -> str:
    """One line, as it is kept.  Errors: InvalidField(field) with `missing`, `too_long` or `characters`."""
    return present(field, plain(field, text, limit))


def address(text: str) -> str:
    """Errors: InvalidField(email)."""
    return present("email", tidy("email", text))


def one_of(field: str, choice: str, choices: Iterable[str]) -> str:
    """Errors: InvalidField(field, choice)."""
    if choice not in choices:
        raise InvalidField(field, "choice")
    return choice


def present(field: str, text: str) -> str:
    """Errors: InvalidField(field, missing)."""
    if not text:
        raise InvalidField(field, "missing")
    return text
