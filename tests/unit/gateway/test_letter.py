"""The printed confirmation: in the citizen's language, on one page, with his link and nobody's secrets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from gateway import letter
from gateway.press import Press, child
from services.chassis.links import mint
from services.contracts.booking import Appointment
from services.contracts.errors import ServiceUnavailable
from tests.unit.gateway import desk
from tests.unit.gateway.conftest import LINK_KEY

PRINT = f"/console/appointments/{desk.ID}/letter.pdf"
LINK = f"http://localhost/l/{mint(LINK_KEY, desk.ID, 'citizen', 1)}"
LONG = "Schröder-Großmüller von und zu Hohenlohe-Waldenburg-Schillingsfürst-Ä"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """One child for all tests of this file."""
    started = Press(patience=60)
    yield started
    started.stop()


@pytest.fixture
def booked(world: Any, press: Press) -> Appointment:
    world.app.extensions["press"] = press
    desk.book(world)
    return world.booking.booked[desk.ID]  # type: ignore[no-any-return]


def _text(pdf: bytes) -> str:
    """All words of a PDF, by pages, each run of blanks one."""
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return " ".join("\f".join(page.get_textpage().get_text_range() for page in pages).split())


def _change(world: Any, **changes: Any) -> Appointment:
    changed = replace(world.booking.booked[desk.ID], **changes)
    world.booking.booked[desk.ID] = changed
    return changed


@pytest.mark.parametrize(
    ("language", "heading", "day"),
    [
        ("de", "Ihr Termin ist bestätigt", "Montag, 23. November 2026"),
        ("fr", "Votre rendez-vous est confirmé", "lundi 23 novembre 2026"),
        ("lb", "Äre Rendez-vous ass confirméiert", "Méindeg, 23. November 2026"),
        ("en", "Your appointment is confirmed", "Monday, 23 November 2026"),
    ],
)
def test_the_letter_speaks_the_citizens_language_whatever_the_agent_reads(
    world: Any, booked: Appointment, language: str, heading: str, day: str
) -> None:
    _change(world, mail_language=language)
    answer = desk.member(world).get(PRINT, query_string={"lang": "fr"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = _text(answer.data)
    assert heading in text
    assert day in text
    assert "1, rue de l'Essai 1234 Luxembourg" in text


def test_it_is_one_page_and_says_what_the_mail_says(world: Any, booked: Appointment) -> None:
    pdf = desk.member(world).get(PRINT).data
    assert len(pypdfium2.PdfDocument(io.BytesIO(pdf))) == 1
    text = _text(pdf)
    for words in ("11:00", "11:20", "never handled by video", "move or cancel", "+352 27 57-1"):
        assert words in text
    assert LINK in text.replace(" ", "")


def test_nothing_about_the_agent_and_no_number_of_the_citizen_is_printed(
    world: Any, booked: Appointment
) -> None:
    text = _text(desk.member(world).get(PRINT).data)
    for private in (booked.agent_name, booked.agent_id, booked.applicant.national_number):
        assert private not in text


@pytest.mark.parametrize("place", ["/book/done/confirmation.pdf", "/appointment/confirmation.pdf"])
def test_the_citizen_keeps_a_copy_in_the_language_of_the_pages(world: Any, press: Press, place: str) -> None:
    world.app.extensions["press"] = press
    citizen = world.browser()
    desk.journey.as_far_as_review(citizen)
    citizen.post("/book/review")
    text = _text(citizen.get(place, query_string={"lang": "de"}).data)
    assert "Ihr Termin ist bestätigt" in text
    assert "Essai" not in text
    assert place in citizen.get(place.replace("/confirmation.pdf", "")).text


def test_nobody_else_gets_it(world: Any, booked: Appointment) -> None:
    stranger = world.browser()
    assert stranger.get("/book/done/confirmation.pdf").location == "/book/"
    assert stranger.get("/appointment/confirmation.pdf").location == "/link"
    assert stranger.get(PRINT).location.startswith("/console/login")
    assert desk.member(world, "administrator").get(PRINT).status_code == 403


@pytest.mark.parametrize("changed", [{"state": "cancelled"}, {"displaced": True}])
def test_what_does_not_take_place_is_not_confirmed(
    world: Any, booked: Appointment, changed: dict[str, Any]
) -> None:
    desk.open_desk(world)
    _change(world, **changed)
    agent = desk.member(world)
    assert agent.get(PRINT).status_code == 404
    assert PRINT not in agent.get(f"/console/appointments/{desk.ID}/").text


def test_long_names_stay_in_the_window_and_the_page_is_not_torn(world: Any, booked: Appointment) -> None:
    person = replace(
        booked.applicant, first_name=LONG[:60], last_name=LONG, street="Straße " * 17, country="DE"
    )
    _change(world, applicant=person)
    pdf = desk.member(world).get(PRINT).data
    text = _text(pdf)
    assert "ALLEMAGNE" in text
    assert "Hohenlohe" in text
    assert len(pypdfium2.PdfDocument(io.BytesIO(pdf))) <= 2


def test_markup_in_a_name_is_text(world: Any, booked: Appointment) -> None:
    person = replace(booked.applicant, last_name='<img src="file:///etc/passwd"><b>Muster')
    _change(world, applicant=person)
    assert '<img src="file:///etc/passwd"><b>Muster' in _text(desk.member(world).get(PRINT).data)


def test_a_letter_abroad_names_the_country_for_the_post(booked: Appointment) -> None:
    abroad = replace(booked.applicant, country="BE")
    assert letter.address_lines(abroad)[-1] == "BELGIQUE"
    assert letter.address_lines(booked.applicant)[-1] == "1234 Luxembourg"


def test_it_is_tagged_for_screen_readers(world: Any, booked: Appointment) -> None:
    pdf = desk.member(world).get(PRINT).data
    assert pypdfium2.PdfDocument(io.BytesIO(pdf)).is_tagged()


def test_printing_fetches_nothing(tmp_path: Path) -> None:
    style = tmp_path / "red.css"
    style.write_text("body { content: 'fetched' } body::before { content: 'fetched' }")
    page = f'<html lang="en"><title>x</title><link rel="stylesheet" href="{style.as_uri()}">text'
    assert _text(child.pdf(page)) == "text"


def test_a_press_that_does_not_answer_is_killed_and_the_next_letter_begins_anew(press: Press) -> None:
    slow = Press(patience=0.2, module="tests.unit.gateway.slow_press")
    for _letter in range(2):
        with pytest.raises(ServiceUnavailable):
            slow.print("<p>page</p>")
        assert slow._child is None


def test_a_press_that_died_is_replaced(press: Press) -> None:
    press.print("<html lang='en'><title>x</title>one")
    assert press._child is not None
    press._child.kill()
    press._child.wait()
    assert _text(press.print("<html lang='en'><title>x</title>two")) == "two"


def test_a_page_longer_than_any_letter_is_not_printed(press: Press) -> None:
    with pytest.raises(ValueError, match="longer"):
        press.print("x" * 60_001)
