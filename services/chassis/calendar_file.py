"""An appointment in a calendar file (RFC 5545): the same entry, whether it came by mail or from a page.

The UID stays for life and SEQUENCE rises with the version, so a calendar program
moves the entry instead of adding a second one.  Times are instants in UTC: that
is what the platform compares, it needs no copy of a time zone's rules, and every
calendar shows it on its owner's clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from services.contracts.booking import Appointment

REMIND_BEFORE = timedelta(minutes=15)
"""When the waiting room opens."""


def entry(appointment: Appointment, title: str, address: str, domain: str, now: datetime) -> Event:
    """The appointment, without who and what; `domain` makes the UID global, `address` is where to go."""
    event = Event()
    event.add("uid", f"{appointment.appointment_id}@{domain}")
    event.add("sequence", appointment.version - 1)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", title)
    event.add("url", address)
    event.add("class", "PRIVATE")
    return event


def ringing(event: Event) -> Event:
    """The same entry with an alarm when the waiting room opens."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMIND_BEFORE)
    alarm.add("description", event["summary"])
    event.add_component(alarm)
    return event


def calendar_file(method: str, event: Event) -> bytes:
    """A file of one entry; `method` as in RFC 5546: PUBLISH, REQUEST or CANCEL."""
    calendar = Calendar()
    calendar.add("prodid", "-//CNS//Video consultation//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
