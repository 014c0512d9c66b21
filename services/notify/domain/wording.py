"""Which words each kind of message has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.notify.domain import delivery as kinds
from services.notify.domain import sections as parts
from services.notify.domain.letter import Facts, Gettext, Letter, Moment, Particulars

STILL_DISPLACED = "still_displaced"
"""The wording of a reminder to choose another time."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one kind says, and what is shown with it."""

    subject: str
    heading: str
    opening: str
    action: str
    sections: Callable[[Particulars, Gettext], parts.Sections] = parts.before_the_call
    facts: Callable[[Particulars, Gettext], Facts] = parts.facts


def write(kind: str, about: Particulars, _: Gettext, *, displaced: bool = False) -> Letter:
    """The letter of this kind about one appointment, which no agent can keep if it is `displaced`."""
    words = _WORDS[_IF_DISPLACED.get(kind, kind) if displaced else kind](_)
    is_over = kind in kinds.CANCELLATIONS
    return Letter(
        subject=words.subject % _when(about),
        title=_("Video consultation with the CNS"),
        heading=words.heading,
        greeting=_("Hello %(name)s,") % {"name": about.name},
        opening=words.opening,
        facts=words.facts(about, _),
        action=(words.action, about.booking_url if is_over else about.link),
        sections=words.sections(about, _),
        closing=parts.closing(_),
    )


def _when(about: Particulars) -> dict[str, str]:
    time: Moment = about.offer.time if about.offer else about.time
    return {"date": time.date, "start": time.start}


def _confirmation(_: Gettext) -> Words:
    return Words(
        _("Your video consultation on %(date)s at %(start)s"),
        _("Your appointment is confirmed"),
        _("Your video consultation with the CNS is booked."),
        _("Open my appointment"),
    )


def _moved(_: Gettext) -> Words:
    return Words(
        _("New time: your video consultation on %(date)s at %(start)s"),
        _("Your appointment has been moved"),
        _("Your video consultation with the CNS has a new time. Your personal link stays the same."),
        _("Open my appointment"),
    )


def _cancelled(_: Gettext) -> Words:
    return Words(
        _("Cancelled: your video consultation on %(date)s at %(start)s"),
        _("Your appointment is cancelled"),
        _("Your video consultation with the CNS will not take place."),
        _("Book a new appointment"),
        parts.after_cancelling,
    )


def _cancelled_by_cns(_: Gettext) -> Words:
    return Words(
        _("Cancelled by the CNS: your video consultation on %(date)s at %(start)s"),
        _("We have had to cancel your appointment"),
        _(
            "We are sorry: the CNS cannot hold your video consultation."
            " Please book a new appointment at a time that suits you."
        ),
        _("Book a new appointment"),
        parts.after_cancelling,
    )


def _displaced(_: Gettext) -> Words:
    return Words(
        _("Please choose another time: your video consultation on %(date)s at %(start)s"),
        _("Your appointment needs another time"),
        _(
            "We are sorry: none of our agents can keep your video consultation at the time below."
            " Please choose another time, or cancel the appointment."
        ),
        _("Choose another time"),
        parts.to_choose,
    )


def _still_displaced(_: Gettext) -> Words:
    return Words(
        _("Please choose another time: your video consultation on %(date)s at %(start)s"),
        _("You have not chosen another time yet"),
        _(
            "Your video consultation cannot take place at the time below."
            " Please choose another time, or cancel the appointment."
        ),
        _("Choose another time"),
        parts.to_choose,
    )


def _restored(_: Gettext) -> Words:
    return Words(
        _("As planned: your video consultation on %(date)s at %(start)s"),
        _("Your appointment stands"),
        _(
            "We had asked you to choose another time. That is no longer needed:"
            " your video consultation takes place at the time below. Your personal link stays the same."
        ),
        _("Open my appointment"),
    )


def _link_renewed(_: Gettext) -> Words:
    return Words(
        _("Your new link: video consultation on %(date)s at %(start)s"),
        _("Your personal link is a new one"),
        _(
            "Links that you received before no longer work. Please use the one in this mail from now on."
            " Nothing else has changed."
        ),
        _("Open my appointment"),
    )


def _earlier_offer(_: Gettext) -> Words:
    return Words(
        _("An earlier time for your video consultation: %(date)s at %(start)s"),
        _("An earlier time is free"),
        _("You asked to be told of an earlier time for your video consultation. We keep this one for you."),
        _("See the earlier time"),
        parts.to_answer,
        parts.offered,
    )


def _reminder_day(_: Gettext) -> Words:
    return Words(
        _("Reminder: your video consultation on %(date)s at %(start)s"),
        _("Your video consultation is coming up"),
        _(
            "We look forward to your video consultation with the CNS."
            " Should the time no longer suit you, please move or cancel it: somebody else will be glad of it."
        ),
        _("Open my appointment"),
    )


def _reminder_hour(_: Gettext) -> Words:
    return Words(
        _("Starting soon: your video consultation on %(date)s at %(start)s"),
        _("Your video consultation starts soon"),
        _("With your personal link you go to the waiting room and check camera and microphone."),
        _("Open my appointment"),
    )


_WORDS = {
    kinds.CONFIRMATION: _confirmation,
    kinds.CONFIRMATION_AGAIN: _confirmation,
    kinds.MOVED: _moved,
    kinds.CANCELLED: _cancelled,
    kinds.CANCELLED_BY_CNS: _cancelled_by_cns,
    kinds.DISPLACED: _displaced,
    kinds.RESTORED: _restored,
    kinds.LINK_RENEWED: _link_renewed,
    kinds.EARLIER_OFFER: _earlier_offer,
    kinds.REMINDER_DAY: _reminder_day,
    kinds.REMINDER_HOUR: _reminder_hour,
    STILL_DISPLACED: _still_displaced,
}
_IF_DISPLACED = {
    kinds.CONFIRMATION: kinds.DISPLACED,
    kinds.CONFIRMATION_AGAIN: kinds.DISPLACED,
    kinds.REMINDER_DAY: STILL_DISPLACED,
    kinds.REMINDER_HOUR: STILL_DISPLACED,
}
"""What is said instead of a time that is good no more."""
