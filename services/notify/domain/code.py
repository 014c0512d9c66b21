"""What a mail says that brings a code to prove an address."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.notify import BOOKING, REGISTRATION
from services.notify.domain.letter import Gettext
from services.notify.domain.sections import closing


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
        closing=closing(_),
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
