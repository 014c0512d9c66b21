"""The calendar file of the confirmation page (RFC 5545): the same UID as the mail's, so nothing doubles.

Instants are in UTC: one event needs no rule of a time zone, every calendar shows its owner's time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from services.contracts.booking import Appointment

_REMIND_BEFORE = timedelta(minutes=15)
"""When the waiting room opens."""


def calendar_file(appointment: Appointment, title: str, origin: str, domain: str, now: datetime) -> bytes:
    """One event to be added (METHOD:PUBLISH); it says neither who nor what it is about."""
    calendar = Calendar()
    calendar.add("prodid", "-//CNS//Video consultation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(appointment, title, origin, domain, now))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, title: str, origin: str, domain: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{appointment.appointment_id}@{domain}")
    event.add("sequence", appointment.version - 1)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", title)
    event.add("url", origin)
    event.add("class", "PRIVATE")
    event.add_component(_alarm(title))
    return event


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -_REMIND_BEFORE)
    alarm.add("description", title)
    return alarm
