"""What authorities hold on somebody, and to whom it may be shown."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.contracts.sources import Group, Proved

USUAL_AGE = timedelta(days=7)
"""Registers are brought up to date each night; what is older than this is said to be old."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a record is about, as its source writes it."""

    first_name: str
    last_name: str
    birth_date: date

    def agrees_with(self, proved: Proved) -> bool:
        """Whether nothing that the certificate proves is another's.

        Where it proves the day of birth, it may bear some of several first names.  Where it does not, all of
        them have to be the same: fathers and sons share names, and know one another's numbers.
        """
        if not _same(self.last_name, proved.last_name):
            return False
        if proved.birth_date is None:
            return _same(self.first_name, proved.first_name)
        return self.birth_date == proved.birth_date and _among(self.first_name, proved.first_name)


@dataclass(frozen=True, slots=True)
class Record:
    """What a source holds under one number."""

    as_of: datetime
    groups: tuple[Group, ...]
    subject: Subject | None = None
    """Of a person's record; a company is known by its number alone."""

    def is_for(self, proved: Proved) -> bool:
        return self.subject is None or self.subject.agrees_with(proved)

    def is_old(self, now: datetime) -> bool:
        return now - self.as_of > USUAL_AGE


class SourceAway(Exception):
    """No answer that could be used; what it says is an outcome, never anything about whom was asked."""


class SourcePaused(SourceAway):
    """Not asked: it did not answer the last times."""

    def __init__(self, again_in: timedelta) -> None:
        super().__init__("paused")
        self.again_in = again_in


def _same(one: str, other: str) -> bool:
    return bool(_parts(one)) and _parts(one) == _parts(other)


def _among(one: str, other: str) -> bool:
    few, many = sorted((set(_parts(one)), set(_parts(other))), key=len)
    return bool(few) and few <= many


def _parts(name: str) -> tuple[str, ...]:
    """The words of a name; case, accents, hyphens and blanks say nothing."""
    flat = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign if sign.isalnum() else " " for sign in flat if not unicodedata.combining(sign))
    return tuple(letters.split())
