"""What a message says: plain words in one language, the same for the text and for the HTML form.

Every sentence goes through the `gettext` that is handed in.  Names and times
are inserted as they are: whoever writes HTML escapes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.contracts.notify import BOOKING, REGISTRATION

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


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """What a mail says that brings a code and nothing else."""

    subject: str
    heading: str
    opening: str
    code: str
    lines: tuple[str, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class CodeWords:
    """What a code's mail says by its purpose."""

    opening: str
    unasked: str
    valid_minutes: int


def write_code(code: str, purpose: str, _: Gettext) -> CodeLetter:
    """The letter that proves an address.  It says nothing of an appointment or a person."""
    words = _CODE_WORDS[purpose](_)
    return CodeLetter(
        subject=_("Your code for the CNS: %(code)s") % {"code": code},
        heading=_("Confirm your e-mail address"),
        opening=words.opening,
        code=code,
        lines=(
            _("It is valid for %(minutes)s minutes.") % {"minutes": words.valid_minutes},
            _("The CNS never asks for this code by phone. Do not pass it on."),
            words.unasked,
        ),
        closing=_("This mail was sent automatically; replies to it are not read."),
    )


def _to_book(_: Gettext) -> CodeWords:
    return CodeWords(
        _("Type this code on the page on which you book your video consultation:"),
        _("You did not ask for a code? Then ignore this mail: nothing is booked."),
        10,
    )


def _to_register(_: Gettext) -> CodeWords:
    return CodeWords(
        _("Type this code on the page on which you register your e-mail address:"),
        _("You did not ask for a code? Then ignore this mail: nothing is registered."),
        30,
    )


_CODE_WORDS = {BOOKING: _to_book, REGISTRATION: _to_register}
