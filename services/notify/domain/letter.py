"""What a message says: plain words in one language, the same for the text and for the HTML form.

Every sentence goes through the `gettext` that is handed in.  Names and times
are inserted as they are: whoever writes HTML escapes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.notify.domain.delivery import CANCELLED, CONFIRMATION, CONFIRMATION_AGAIN, MOVED

Gettext = Callable[[str], str]

CODE_VALID_MINUTES = 10
OPENS_BEFORE_MINUTES = 15
"""The waiting room opens so long before the start."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is said about one appointment, already in the reader's language and in local time."""

    name: str
    date: str
    start: str
    end: str
    call_language: str
    link: str
    booking_url: str
    helpdesk_url: str


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
    facts: tuple[tuple[str, str], ...]
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


def write_code(code: str, _: Gettext) -> CodeLetter:
    """The letter that proves an address.  It says nothing of an appointment: there is none yet."""
    return CodeLetter(
        subject=_("Your code for the CNS: %(code)s") % {"code": code},
        heading=_("Confirm your e-mail address"),
        opening=_("Type this code on the page on which you book your video consultation:"),
        code=code,
        lines=(
            _("It is valid for %(minutes)s minutes.") % {"minutes": CODE_VALID_MINUTES},
            _("The CNS never asks for this code by phone. Do not pass it on."),
            _("You did not ask for a code? Then ignore this mail: nothing is booked."),
        ),
        closing=_("This mail was sent automatically; replies to it are not read."),
    )


def write(kind: str, about: Particulars, _: Gettext) -> Letter:
    """The letter of this kind about one appointment."""
    words = _WORDS[kind](_)
    when = {"date": about.date, "start": about.start}
    return Letter(
        subject=words.subject % when,
        title=_("Video consultation with the CNS"),
        heading=words.heading,
        greeting=_("Hello %(name)s,") % {"name": about.name},
        opening=words.opening,
        facts=_facts(about, _),
        action=(words.action, about.booking_url if kind == CANCELLED else about.link),
        sections=_after_cancelling(about, _) if kind == CANCELLED else _before_the_call(about, _),
        closing=_("This mail was sent automatically; replies to it are not read."),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    heading: str
    opening: str
    action: str


def _confirmation(_: Gettext) -> _Words:
    return _Words(
        _("Your video consultation on %(date)s at %(start)s"),
        _("Your appointment is confirmed"),
        _("Your video consultation with the CNS is booked."),
        _("Open my appointment"),
    )


def _moved(_: Gettext) -> _Words:
    return _Words(
        _("New time: your video consultation on %(date)s at %(start)s"),
        _("Your appointment has been moved"),
        _("Your video consultation with the CNS has a new time. Your personal link stays the same."),
        _("Open my appointment"),
    )


def _cancelled(_: Gettext) -> _Words:
    return _Words(
        _("Cancelled: your video consultation on %(date)s at %(start)s"),
        _("Your appointment is cancelled"),
        _("Your video consultation with the CNS will not take place."),
        _("Book a new appointment"),
    )


_WORDS = {
    CONFIRMATION: _confirmation,
    CONFIRMATION_AGAIN: _confirmation,
    MOVED: _moved,
    CANCELLED: _cancelled,
}


def _facts(about: Particulars, _: Gettext) -> tuple[tuple[str, str], ...]:
    time = _("%(start)s to %(end)s (Luxembourg time)") % {"start": about.start, "end": about.end}
    return (
        (_("Day"), about.date),
        (_("Time"), time),
        (_("Language of the call"), about.call_language),
    )


def _before_the_call(about: Particulars, _: Gettext) -> tuple[Section, ...]:
    return (
        Section(_("Before the call"), _preparation(about, _)),
        _never_by_video(_),
        Section(_("Move or cancel"), _changing(_)),
        _help(about, _),
    )


def _preparation(about: Particulars, _: Gettext) -> tuple[str, ...]:
    return (
        _("The waiting room opens %(minutes)s minutes before the start.") % {"minutes": OPENS_BEFORE_MINUTES},
        _("Please join before %(end)s. After that you need a new appointment.") % {"end": about.end},
        _(
            "You need a computer or smartphone with camera and microphone,"
            " a quiet, private place and a good connection."
        ),
        _("We recommend the browsers Chrome, Safari and Edge."),
        _("Keep your identity document and the papers about your request at hand."),
    )


def _changing(_: Gettext) -> tuple[str, ...]:
    return (
        _("With the same link you can move or cancel your appointment until it begins."),
        _("The link is personal: please do not pass this mail on."),
    )


def _after_cancelling(about: Particulars, _: Gettext) -> tuple[Section, ...]:
    gone = _("The documents that you handed in for this appointment are being deleted.")
    return (Section(_("What happens now"), (gone,)), _never_by_video(_), _help(about, _))


def _never_by_video(_: Gettext) -> Section:
    return Section(
        _("Please note"),
        (_("The reimbursement of medical bills is never treated by video consultation."),),
    )


def _help(about: Particulars, _: Gettext) -> Section:
    line = _("If something does not work, the Guichet.lu helpdesk is there for you: %(url)s")
    return Section(_("Help"), (line % {"url": about.helpdesk_url},))
