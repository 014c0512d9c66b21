"""The parts that letters share: times, facts about an appointment, what to know before and after it, help."""

from __future__ import annotations

from services.notify.domain.letter import Facts, Gettext, Moment, Particulars, Section

OPENS_BEFORE_MINUTES = 15
"""The waiting room opens so long before the start."""

Sections = tuple[Section, ...]


def facts(about: Particulars, _: Gettext) -> Facts:
    return (
        (_("Day"), about.time.date),
        (_("Time"), _from_to(about.time, _)),
        (_("Language of the call"), about.call_language),
        *_for_company(about, _),
    )


def offered(about: Particulars, _: Gettext) -> Facts:
    """Both times, so that nobody has to look up the one that he has."""
    if about.offer is None:
        raise ValueError("a letter about an offer without the offer")
    earlier, until = about.offer.time, about.offer.until
    return (
        (_("Earlier time"), slot(earlier, _)),
        (_("Your present time"), slot(about.time, _)),
        (_("Kept for you until"), instant(until, _)),
        *_for_company(about, _),
    )


def instant(at: Moment, _: Gettext) -> str:
    """A day and a time of which only the beginning says something."""
    return _("%(date)s at %(start)s (Luxembourg time)") % {"date": at.date, "start": at.start}


def slot(time: Moment, _: Gettext) -> str:
    """A day, from when to when."""
    return f"{time.date}, {_from_to(time, _)}"


def _for_company(about: Particulars, _: Gettext) -> Facts:
    return ((_("Booked for"), about.company),) if about.company else ()


def _from_to(time: Moment, _: Gettext) -> str:
    return _("%(start)s to %(end)s (Luxembourg time)") % {"start": time.start, "end": time.end}


def before_the_call(about: Particulars, _: Gettext) -> Sections:
    return (
        Section(_("Before the call"), _preparation(about, _)),
        _never_by_video(_),
        Section(_("Move or cancel"), _changing(_)),
        helpdesk(about.helpdesk_url, _),
    )


def after_cancelling(about: Particulars, _: Gettext) -> Sections:
    gone = _("The documents that you handed in for this appointment are being deleted.")
    return _what_now(about, _, gone)


def to_choose(about: Particulars, _: Gettext) -> Sections:
    return _what_now(
        about,
        _,
        _("On the page of your appointment you choose among the times that are free, or cancel."),
        _("What you have told us and handed in stays with the appointment, and so does your link."),
        _("As long as you have chosen no other time, your consultation cannot take place."),
    )


def to_answer(about: Particulars, _: Gettext) -> Sections:
    return _what_now(
        about,
        _,
        _("On the page of your appointment you accept the earlier time or decline it."),
        _("If you do nothing, your appointment stays as it is."),
    )


def _what_now(about: Particulars, _: Gettext, *lines: str) -> Sections:
    return (Section(_("What happens now"), lines), _never_by_video(_), helpdesk(about.helpdesk_url, _))


def _preparation(about: Particulars, _: Gettext) -> tuple[str, ...]:
    return (
        _("The waiting room opens %(minutes)s minutes before the start.") % {"minutes": OPENS_BEFORE_MINUTES},
        _("Please join before %(end)s. After that you need a new appointment.") % {"end": about.time.end},
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


def _never_by_video(_: Gettext) -> Section:
    return Section(
        _("Please note"),
        (_("The reimbursement of medical bills is never treated by video consultation."),),
    )


def helpdesk(url: str, _: Gettext) -> Section:
    line = _("If something does not work, the Guichet.lu helpdesk is there for you: %(url)s")
    return Section(_("Help"), (line % {"url": url},))


def without_link(_: Gettext) -> str:
    return _("This mail has no link on purpose. The CNS never asks for a password or a PIN by mail.")


def closing(_: Gettext) -> str:
    return _("This mail was sent automatically; replies to it are not read.")
