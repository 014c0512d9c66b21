"""The calendar file of a mail (RFC 5545, RFC 5546).

The applicant asked for the appointment, so he is its accepted attendee:
METHOD:REQUEST adds it to a calendar and, with the same UID and a higher
SEQUENCE, moves it; METHOD:CANCEL takes it out again.  PUBLISH would leave a
cancelled appointment standing in the common calendars.  No answer is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

from services.contracts.booking import Appointment
from services.notify.domain.delivery import CANCELLED, Message
from services.notify.domain.letter import Letter

ZONE = ZoneInfo("Europe/Luxembourg")
REMIND_BEFORE = timedelta(minutes=15)
"""When the waiting room opens."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar file and the method that its content type must name."""

    method: str
    content: bytes


def invitation(
    message: Message, appointment: Appointment, letter: Letter, organizer: str, domain: str, now: datetime
) -> Invitation:
    """The file for one message; `organizer` is an e-mail address, `domain` makes the UID global."""
    method = "CANCEL" if message.kind == CANCELLED else "REQUEST"
    calendar = Calendar()
    calendar.add("prodid", "-//CNS//Video consultation//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_event(method, appointment, letter, organizer, domain, now))
    calendar.add_component(_zone())
    return Invitation(method, calendar.to_ical())


def _event(
    method: str, appointment: Appointment, letter: Letter, organizer: str, domain: str, now: datetime
) -> Event:
    event = Event()
    for name, value in _properties(method, appointment, letter, domain, now).items():
        event.add(name, value)
    event.add("organizer", _organizer(organizer))
    event.add("attendee", _attendee(appointment.applicant.email), encode=False)
    if method == "REQUEST":
        event.add_component(_alarm(letter))
    return event


def _properties(
    method: str, appointment: Appointment, letter: Letter, domain: str, now: datetime
) -> dict[str, Any]:
    _, address = letter.action
    return {
        "uid": f"{appointment.appointment_id}@{domain}",
        "sequence": appointment.version - 1,
        "dtstamp": now.astimezone(UTC),
        "dtstart": appointment.starts_at.astimezone(ZONE),
        "dtend": appointment.ends_at.astimezone(ZONE),
        "summary": letter.subject if method == "CANCEL" else letter.title,
        "description": _description(letter),
        "location": address,
        "url": address,
        "status": "CANCELLED" if method == "CANCEL" else "CONFIRMED",
        "class": "PRIVATE",
        "transp": "OPAQUE",
    }


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


def _alarm(letter: Letter) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMIND_BEFORE)
    alarm.add("description", letter.title)
    return alarm


def _zone() -> Timezone:
    """The rule of the European Union since 1996, for calendar programs to reckon by (RFC 5545, 3.6.5).

    The onset is written in the local time that ends with it.
    """
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    zone.add_component(
        _onset(TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), winter, summer)  # noqa: DTZ001
    )
    zone.add_component(
        _onset(TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), summer, winter)  # noqa: DTZ001
    )
    return zone


def _onset(
    half_year: TimezoneDaylight | TimezoneStandard,
    name: str,
    first: datetime,
    before: timedelta,
    after: timedelta,
) -> TimezoneDaylight | TimezoneStandard:
    half_year.add("tzname", name)
    half_year.add("dtstart", first)
    half_year.add("rrule", {"freq": "yearly", "bymonth": first.month, "byday": "-1su"})
    half_year.add("tzoffsetfrom", before)
    half_year.add("tzoffsetto", after)
    return half_year
