"""What a message says: plain words in one language, the same for the text and for the HTML form.

Every sentence goes through the `gettext` that is handed in.  Names and times
are inserted as they are: whoever writes HTML escapes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Gettext = Callable[[str], str]
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in the reader's language, on Luxembourg's clocks."""

    date: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An earlier time, and until when it is held."""

    time: Moment
    until: Moment
    """Its end says nothing."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is said about one appointment."""

    name: str
    time: Moment
    call_language: str
    link: str
    booking_url: str
    helpdesk_url: str
    offer: Offer | None = None
    company: str = ""
    """For whom it was booked, where that is not the person himself."""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    title: str
    """What the appointment is called in a calendar."""
    heading: str
    greeting: str
    opening: str
    facts: Facts
    action: tuple[str, str]
    """Words and address of the one thing to press."""
    sections: tuple[Section, ...]
    closing: str
