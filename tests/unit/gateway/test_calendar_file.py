"""The calendar file of the confirmation page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from icalendar import Calendar

from tests.unit.gateway import journey


def test_the_file_has_the_appointment_under_the_id_of_the_mails(browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    response = browser.get("/book/done/calendar.ics")
    assert response.mimetype == "text/calendar"
    [event] = Calendar.from_ical(response.text).walk("VEVENT")
    assert event["UID"] == "appointment-1@cns.example"
    assert event.decoded("DTSTART").isoformat() == "2026-11-23T10:00:00+00:00"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=20)
    assert event["SEQUENCE"] == 0


def test_the_file_names_no_person_and_no_subject(browser: Any) -> None:
    journey.as_far_as_review(browser)
    browser.post("/book/review")
    text = browser.get("/book/done/calendar.ics").text
    assert "Muster" not in text
    assert "information" not in text
    assert "lea." not in text
