"""Who the booking is for: what is asked, what is told at which field, what is filled in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.gateway import journey


def test_wrong_entries_are_told_at_their_fields_and_kept(browser: Any) -> None:
    journey.as_far_as_person(browser)
    wrong = {
        **journey.PERSON,
        "national_number": "1985041220199",
        "email": "nobody@",
        "first_name": "<b>Léa</b>",
        "phone": "abc",
    }
    page = browser.post("/book/person", wrong)
    assert page.status_code == 422
    for sentence in ("This national number is not correct", "e-mail address like", "phone number like"):
        assert page.text.count(sentence) == 2
    assert 'value="&lt;b&gt;Léa&lt;/b&gt;"' in page.text
    assert 'value="1985041220199"' in browser.get("/book/person").text


def test_html_in_every_field_is_shown_as_text(world: Any, browser: Any) -> None:
    evil = "<img src=x onerror=alert(1)>"
    journey.as_far_as_person(browser)
    page = browser.post("/book/person", {name: evil for name in journey.PERSON})
    assert evil not in page.text
    assert evil not in browser.get("/book/person").text


def test_birth_date_and_place_do_instead_of_the_number(browser: Any) -> None:
    journey.as_far_as_person(browser)
    born = {"birth_date-day": "28", "birth_date-month": "2", "birth_date-year": "1985", "birth_place": "Esch"}
    answer = browser.post("/book/person", {**journey.PERSON, "national_number": "", **born})
    assert answer.location == "/book/address"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (("31", "2", "1985"), "This is not a day."),
        (("1", "1", "2099"), "cannot be a date of birth"),
        (("x", "<", "²"), "This is not a day."),
        (("", "", ""), "or else the national number"),
    ],
)
def test_an_impossible_birth_date_is_told(browser: Any, day: tuple[str, str, str], sentence: str) -> None:
    journey.as_far_as_person(browser)
    boxes = {f"birth_date-{part}": text for part, text in zip(("day", "month", "year"), day, strict=True)}
    form = {**journey.PERSON, "national_number": "", "birth_place": "Esch", **boxes}
    page = browser.post("/book/person", form)
    assert page.status_code == 422
    assert sentence in page.text


def test_for_another_person_both_are_asked_for(browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert browser.post("/book/person", {**journey.PERSON, "for_whom": "another"}).location == "/book/insured"
    assert browser.get("/book/identity").location == "/book/insured"
    assert browser.post("/book/insured", journey.INSURED).location == "/book/address"


def test_without_log_in_a_copy_is_mandatory(world: Any, browser: Any) -> None:
    journey.as_far_as_person(browser)
    assert journey.give_person(world, browser).location == "/book/identity"
    page = browser.post("/book/identity")
    assert page.status_code == 422
    assert "Choose a file with a copy" in page.text
    assert browser.get("/book/review").location == "/book/identity"


def test_with_log_in_no_copy_is_asked_for_and_data_are_filled_in(browser: Any) -> None:
    journey.log_in(browser)
    browser.post("/book/welcome", {"consent": "yes"})
    journey.choose_matter(browser)
    journey.choose_time(browser)
    page = browser.get("/book/person")
    assert 'value="Muster"' in page.text
    assert 'value="1985"' in page.text
    assert browser.post("/book/person", journey.PERSON).location == "/book/review"


def test_the_summary_of_errors_comes_first_and_in_the_order_of_the_page(browser: Any) -> None:
    journey.as_far_as_person(browser)
    page = browser.post("/book/person", {}).text
    main = page.partition("<main")[2]
    assert main.index("govuk-error-summary") < main.index("data-deadline") < main.index("<h1")
    summary = main.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    places = re.findall(r'href="#([^"]+)"', summary)
    assert places == sorted(places, key=lambda place: main.index(f'id="{place}"'))
