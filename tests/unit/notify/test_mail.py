"""What a mail is made of."""

from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from icalendar import Calendar

from services.chassis.links import verify
from services.contracts.earlier import EarlierOffer
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.adapters.composer import MailComposer
from services.notify.domain.delivery import (
    CANCELLED,
    CANCELLED_BY_CNS,
    CONFIRMATION,
    CONFIRMATION_AGAIN,
    DISPLACED,
    EARLIER_OFFER,
    KINDS,
    LINK_RENEWED,
    MOVED,
    REMINDER_DAY,
    REMINDER_HOUR,
    Message,
)
from services.notify.ports import NeverSent
from tests.unit.notify.mails import KEY, arrived, text_of
from tests.unit.notify.samples import NOW, appointment, person

OFFER = EarlierOffer(
    offer_id="offer-1",
    starts_at=datetime(2026, 11, 23, 10, 10, tzinfo=UTC),
    ends_at=datetime(2026, 11, 23, 10, 30, tzinfo=UTC),
    answer_until=datetime(2026, 11, 23, 9, 5, tzinfo=UTC),
)
NEVER_BY_VIDEO = {
    "de": "nie per Videosprechstunde",
    "en": "never treated by video",
    "fr": "jamais traité par consultation vidéo",
    "lb": "ni per Videoconsultatioun",
}


def compose(composer: MailComposer, kind: str = CONFIRMATION, **changes: Any) -> EmailMessage:
    """The mail as it arrives: written, sent as bytes, read again."""
    version = changes.get("version", 1)
    offer = OFFER if kind == EARLIER_OFFER else None
    mail = composer.compose(Message(kind, "appointment-1", version), appointment(**changes), NOW, offer)
    return arrived(mail)


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


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_names_the_company_that_was_booked_for(composer: MailComposer, kind: str) -> None:
    company = {"space_id": "space-1", "company_name": "Muster & Söhne S.à r.l."}
    mail = compose(composer, kind, **company)
    assert "Gebucht für: Muster & Söhne S.à r.l." in text_of(mail)
    assert "Muster &amp; Söhne S.à r.l." in text_of(mail, "html")
    assert "Gebucht für" not in text_of(compose(composer, kind))


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
        (LINK_RENEWED, 3, "REQUEST", "CONFIRMED"),
        (CANCELLED, 4, "CANCEL", "CANCELLED"),
        (CANCELLED_BY_CNS, 4, "CANCEL", "CANCELLED"),
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


def test_calendar_file_has_instants_that_need_no_time_zone(composer: MailComposer) -> None:
    calendar, event = event_of(compose(composer))
    assert event["DTSTART"].to_ical() == b"20261124T083000Z"
    assert event["DTEND"].to_ical() == b"20261124T085000Z"
    assert list(calendar.timezones) == []


@pytest.mark.parametrize("kind", [DISPLACED, EARLIER_OFFER, REMINDER_DAY, REMINDER_HOUR])
def test_what_changes_nothing_in_a_calendar_brings_no_file(composer: MailComposer, kind: str) -> None:
    mail = compose(composer, kind, displaced=kind == DISPLACED)
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
    ]


def test_what_no_agent_can_keep_is_not_confirmed_once_more(composer: MailComposer) -> None:
    mail = compose(composer, CONFIRMATION_AGAIN, displaced=True)
    assert "Bitte wählen Sie eine andere Zeit" in mail["Subject"]
    assert "calendar" not in {part.get_content_subtype() for part in mail.walk()}


@pytest.mark.parametrize("kind", [REMINDER_DAY, REMINDER_HOUR])
def test_reminder_says_what_to_prepare_or_that_a_time_must_be_chosen(
    composer: MailComposer, kind: str
) -> None:
    usual, displaced = compose(composer, kind), compose(composer, kind, displaced=True)
    assert "Halten Sie Ihr Ausweisdokument" in text_of(usual)
    assert "Halten Sie Ihr Ausweisdokument" not in text_of(displaced)
    assert "noch keine andere Zeit gewählt" in text_of(displaced)
    assert link_in(text_of(usual)) == link_in(text_of(displaced))


def test_offer_says_both_times_and_until_when(composer: MailComposer) -> None:
    text = text_of(compose(composer, EARLIER_OFFER))
    for said in (
        "Frühere Zeit: Montag, 23. November 2026, 11:10 bis 11:30 Uhr (Luxemburger Zeit)",
        "Ihre jetzige Zeit: Dienstag, 24. November 2026, 09:30 bis 09:50 Uhr (Luxemburger Zeit)",
        "Für Sie frei gehalten bis: Montag, 23. November 2026, 10:05 Uhr (Luxemburger Zeit)",
    ):
        assert said in text
    assert "/l/" in link_in(text)


def test_new_link_replaces_the_old_one_in_calendars_too(composer: MailComposer) -> None:
    before, after = compose(composer), compose(composer, LINK_RENEWED, link_generation=2)
    link = link_in(text_of(after))
    assert link != link_in(text_of(before))
    assert event_of(after)[1]["URL"] == link
    assert event_of(after)[1]["UID"] == event_of(before)[1]["UID"]


def test_cancellation_by_the_cns_has_words_of_its_own(composer: MailComposer) -> None:
    own, theirs = compose(composer, CANCELLED), compose(composer, CANCELLED_BY_CNS)
    assert "Es tut uns leid" in text_of(theirs)
    assert "Es tut uns leid" not in text_of(own)
    assert event_of(theirs)[0]["METHOD"] == "CANCEL"
    assert "https://video.cns.example/" in text_of(theirs)


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
