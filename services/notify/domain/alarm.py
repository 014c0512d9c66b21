"""What the mail says that tells those on duty of a consultation without an agent.

It names nobody and leads to the console's list: who waits for whom stands there, behind the staff's log-in.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.notify.domain.delivery import CITIZEN_ALONE
from services.notify.domain.letter import Gettext, Letter, Moment, Section
from services.notify.domain.sections import closing, slot


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One of those who are told of alarms; a shared one, so that nobody in particular has to be there."""

    address: str
    language: str


def write_alarm(kind: str, time: Moment, console_url: str, _: Gettext) -> Letter:
    """The letter; `time` is the appointment's, which has begun."""
    heading = _("No agent has come to a video consultation")
    return Letter(
        subject=_("No agent has come to the video consultation of %(start)s") % {"start": time.start},
        title=heading,
        heading=heading,
        greeting=_("Hello,"),
        opening=_waits(_) if kind == CITIZEN_ALONE else _nobody(_),
        facts=((_("Appointment"), slot(time, _)),),
        action=(_("Open the console"), console_url),
        sections=(
            Section(
                _("What can be done now"),
                (
                    _("Any agent can take the consultation over in the console."),
                    _("If nobody is free, please call the citizen and book a new appointment."),
                ),
            ),
        ),
        closing=closing(_),
    )


def _waits(_: Gettext) -> str:
    return _("The citizen waits in the room, and no agent has come.")


def _nobody(_: Gettext) -> str:
    return _("No agent has come into the room. The citizen is not there either.")
