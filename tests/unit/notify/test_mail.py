"""What a mail is made of."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest
from icalendar import Calendar
from icalendar.timezone import tzp

from services.chassis.links import verify
from services.notify.adapters.calendar_file import ZONE
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.adapters.composer import MailComposer
from services.notify.domain.delivery import CANCELLED, CONFIRMATION, KINDS, MOVED, Message
from services.notify.ports import NeverSent
from tests.unit.notify.samples import appointment, person

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = bytes(range(32))
NEVER_BY_VIDEO = {
    "de": "nie per Videosprechstunde",
    "en": "never treated by video",
    "fr": "jamais traité par consultation vidéo",
    "lb": "ni per Videoconsultatioun",
}


@pytest.fixture(scope="module")
def composer() -> MailComposer:
    return MailComposer(
        sender="rendez-vous@cns.example",
        public_url="https://video.cns.example",
        link_key=KEY,
        helpdesk_url="https://guichet.public.lu/",
    )


def compose(composer: MailComposer, kind: str = CONFIRMATION, **changes: Any) -> EmailMessage:
    """The mail as it arrives: written, sent as bytes, read again."""
    version = changes.get("version", 1)
    mail = composer.compose(Message(kind, "appointment-1", version), appointment(**changes), NOW)
    return message_from_bytes(mail.as_bytes(), policy=default)  # type: ignore[return-value]


def text_of(mail: EmailMessage, subtype: str = "plain") -> str:
    part = next(p for p in mail.walk() if p.get_content_type() == f"text/{subtype}")
    return str(part.get_content())


def event_of(mail: EmailMessage) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(text_of(mail, "calendar"))
    return calendar, calendar.events[0]


def link_in(text: str) -> str:
    return next(word for word in text.split() if "/l/" in word)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_in_every_language_says_what_is_never_done_by_video(
    composer: MailComposer, kind: str, language: str
) -> None:
    mail = compose(composer, kind, mail_language=language)
    for subtype in ("plain", "html"):
        assert NEVER_BY_VIDEO[language] in text_of(mail, subtype)
        assert "Guichet.lu" in text_of(mail, subtype)
    assert mail["Content-Language"] == language


def test_time_is_luxembourgs_in_the_readers_words(composer: MailComposer) -> None:
    mail = compose(composer)
    assert mail["Subject"] == "Ihre Videosprechstunde am Dienstag, 24. November 2026 um 09:30 Uhr"
    assert "09:30 bis 09:50 Uhr (Luxemburger Zeit)" in text_of(mail)
    assert "Sprache des Gesprächs: Französisch" in text_of(mail)


def test_link_is_personal_and_the_same_in_every_mail(composer: MailComposer) -> None:
    booked, moved = compose(composer), compose(composer, MOVED, version=2)
    link = link_in(text_of(booked))
    assert link == link_in(text_of(moved))
    assert link in text_of(booked, "html")
    told = verify(KEY, link.removeprefix("https://video.cns.example/l/"), generation=1)
    assert (told.appointment_id, told.recipient) == ("appointment-1", "citizen")


def test_cancellation_leads_to_a_new_booking_and_not_into_the_room(composer: MailComposer) -> None:
    mail = compose(composer, CANCELLED, version=2, state="cancelled")
    assert "/l/" not in text_of(mail) + text_of(mail, "html")
    assert "https://video.cns.example/" in text_of(mail)


@pytest.mark.parametrize(
    ("kind", "version", "method", "status"),
    [
        (CONFIRMATION, 1, "REQUEST", "CONFIRMED"),
        (MOVED, 3, "REQUEST", "CONFIRMED"),
        (CANCELLED, 4, "CANCEL", "CANCELLED"),
    ],
)
def test_calendar_file_follows_the_appointment(
    composer: MailComposer, kind: str, version: int, method: str, status: str
) -> None:
    mail = compose(composer, kind, version=version)
    calendar, event = event_of(mail)
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == (method, status, version - 1)
    assert event["UID"] == "appointment-1@cns.example"
    parts = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    assert [p.get_param("method") for p in parts] == [method, method]
    assert parts[0].get_content() == parts[1].get_content()
    assert parts[1].get_filename() == "appointment.ics"


def test_calendar_file_has_local_times_with_their_zone(composer: MailComposer) -> None:
    calendar, event = event_of(compose(composer))
    assert event["DTSTART"].params["TZID"] == "Europe/Luxembourg"
    assert event["DTSTART"].dt.isoformat() == "2026-11-24T09:30:00+01:00"
    assert event["DTEND"].dt.isoformat() == "2026-11-24T09:50:00+01:00"
    assert [zone["TZID"] for zone in calendar.timezones] == ["Europe/Luxembourg"]


@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("year", [2026, 2027, 2035])
def test_zone_in_the_file_changes_its_clocks_as_the_real_one(
    composer: MailComposer, year: int, month: int
) -> None:
    calendar, _ = event_of(compose(composer))
    told = calendar.timezones[0].to_tz(tzp)
    for hour in range(24 * 31 - 2):
        local = datetime(year, month, 1) + timedelta(hours=hour, minutes=30)  # noqa: DTZ001
        assert local.replace(tzinfo=told).utcoffset() == local.replace(tzinfo=ZONE).utcoffset(), local


def test_calendar_file_reminds_and_leads_into_the_room(composer: MailComposer) -> None:
    mail = compose(composer)
    _, event = event_of(mail)
    assert event["URL"] == link_in(text_of(mail))
    assert event["URL"] in event["DESCRIPTION"]
    assert [alarm["TRIGGER"].dt.total_seconds() for alarm in event.walk("VALARM")] == [-900]


def test_cancelled_entry_rings_no_more(composer: MailComposer) -> None:
    _, event = event_of(compose(composer, CANCELLED, version=2))
    assert event.walk("VALARM") == []


def test_applicant_is_the_accepted_attendee_and_is_asked_nothing(composer: MailComposer) -> None:
    _, event = event_of(compose(composer))
    assert event["ATTENDEE"] == "mailto:jonas.muster@mail.example"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["ORGANIZER"] == "mailto:rendez-vous@cns.example"


def test_message_id_is_the_same_for_every_attempt_and_tells_nothing(composer: MailComposer) -> None:
    first, again, moved = compose(composer), compose(composer), compose(composer, MOVED, version=2)
    assert first["Message-ID"] == again["Message-ID"] != moved["Message-ID"]
    assert moved["References"] == first["Message-ID"]
    assert "appointment-1" not in first["Message-ID"]


def test_machines_are_asked_not_to_answer(composer: MailComposer) -> None:
    mail = compose(composer)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"


class Tags(HTMLParser):
    """Which elements a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.languages: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.languages += [value for name, value in attrs if name == "lang"]


def test_html_in_a_name_is_shown_and_not_run(composer: MailComposer) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    mail = compose(composer, applicant=person(last_name=evil))
    assert not {"script", "img"} & set(Tags(text_of(mail, "html")).names)
    assert "&lt;script&gt;" in text_of(mail, "html")
    assert evil in text_of(mail)


def test_html_has_one_heading_and_a_language(composer: MailComposer) -> None:
    tags = Tags(text_of(compose(composer), "html"))
    assert tags.names.count("h1") == 1
    assert tags.languages == ["de"]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: victim@c.example",
        "a@b.example\nSubject: other",
        "a@b.example, victim@c.example",
        "no address",
        "",
        "@b.example",
        "a@",
    ],
)
def test_address_that_is_none_is_never_sent_to(composer: MailComposer, address: str) -> None:
    with pytest.raises(NeverSent):
        compose(composer, applicant=person(email=address))


def test_line_break_in_a_name_stays_out_of_the_headers(composer: MailComposer) -> None:
    mail = compose(composer, applicant=person(first_name="Jonas\r\nBcc: victim@c.example"))
    assert mail["Bcc"] is None
    assert mail["To"] == "jonas.muster@mail.example"


def test_per_cent_signs_in_a_name_are_plain_signs(composer: MailComposer) -> None:
    assert "%(date)s 100%" in text_of(compose(composer, applicant=person(first_name="%(date)s 100%")))


def test_unknown_language_falls_back_to_english(composer: MailComposer) -> None:
    assert "Your appointment is confirmed" in text_of(compose(composer, mail_language="pt"))
