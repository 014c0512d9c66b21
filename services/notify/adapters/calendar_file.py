"""The calendar file of a mail (RFC 5546).

The applicant asked for the appointment, so he is its accepted attendee:
METHOD:REQUEST adds it to a calendar and, with the same UID and a higher
SEQUENCE, moves it; METHOD:CANCEL takes it out again.  PUBLISH would leave a
cancelled appointment standing in the common calendars.  No answer is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icalendar import vCalAddress, vText

from services.chassis.calendar_file import calendar_file, entry, ringing
from services.contracts.booking import Appointment
from services.notify.domain.delivery import (
    CANCELLATIONS,
    CONFIRMATION,
    CONFIRMATION_AGAIN,
    LINK_RENEWED,
    MOVED,
    RESTORED,
    Message,
)
from services.notify.domain.letter import Letter

_INVITING = (CONFIRMATION, CONFIRMATION_AGAIN, MOVED, RESTORED, LINK_RENEWED)
"""A new link is no new version: the entry gets it by its later DTSTAMP (RFC 5546, 2.1.5)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar file and the method that its content type must name."""

    method: str
    content: bytes


def invitation(
    message: Message, appointment: Appointment, letter: Letter, organizer: str, domain: str, now: datetime
) -> Invitation | None:
    """The file for one message, None where it changes nothing in a calendar.

    `organizer` is an e-mail address, `domain` makes the UID global.
    """
    method = _method(message, appointment)
    if method is None:
        return None
    is_over = method == "CANCEL"
    _, address = letter.action
    event = entry(appointment, letter.subject if is_over else letter.title, address, domain, now)
    event.add("description", _description(letter))
    event.add("location", address)
    event.add("status", "CANCELLED" if is_over else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _organizer(organizer))
    event.add("attendee", _attendee(appointment.applicant.email), encode=False)
    return Invitation(method, calendar_file(method, event if is_over else ringing(event)))


def _method(message: Message, appointment: Appointment) -> str | None:
    """What no agent can keep invites nobody, until it has another time."""
    if message.kind in CANCELLATIONS:
        return "CANCEL"
    return "REQUEST" if message.kind in _INVITING and not appointment.displaced else None


def _description(letter: Letter) -> str:
    words, address = letter.action
    notes = [line for section in letter.sections for line in section.lines]
    return "\n".join([letter.opening, f"{words}: {address}", *notes])


def _organizer(address: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["cn"] = vText("CNS")
    return organizer


def _attendee(address: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["rsvp"] = vText("FALSE")
    return attendee
