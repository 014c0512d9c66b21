"""The gallery's persons are whole, plainly fictitious, and described in every language."""

from __future__ import annotations

import httpx
import pytest
from flask import Flask

from deploy.dev.sandbox.persons import Means, Person, cast
from deploy.dev.sandbox.words import NAMES, WORDS, cards
from services.contracts.identity import ROLES
from services.contracts.national_number import is_national_number

MEANS = [(person, means) for person in cast().person for means in person.means]


def test_no_two_cards_share_a_code_or_a_number() -> None:
    for values in ([m.code for _, m in MEANS], [m.number for _, m in MEANS]):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("person", cast().person, ids=lambda person: person.name)
def test_a_national_number_is_right_and_says_the_birth_date(person: Person) -> None:
    if person.national_number:
        assert is_national_number(person.national_number)
        assert person.national_number.startswith(f"{person.birth_date:%Y%m%d}")


@pytest.mark.parametrize("person", cast().person, ids=lambda person: person.name)
def test_who_is_registered_has_an_address_where_no_mail_arrives(person: Person) -> None:
    if any(means.registered for means in person.means):
        assert person.address.partition("@")[2] in ("example.lu", "example.de")


def test_everybody_of_whom_the_demonstration_tells_is_there() -> None:
    about = {means.about for _, means in MEANS}
    assert about >= {"resident", "parent", "pensioner", "commuter", "newcomer", "pro", "low_level"}
    assert about >= {"first_certificate", "second_certificate"}
    assert {member.role for member in cast().staff} == set(ROLES)


@pytest.mark.parametrize("language", NAMES)
def test_each_language_has_every_word(language: str) -> None:
    needed = {means.about for _, means in MEANS} | {member.role for member in cast().staff}
    assert set(WORDS[language]) == set(WORDS["en"]) >= needed
    assert all(WORDS[language].values())


@pytest.mark.parametrize(("person", "means"), MEANS, ids=lambda found: getattr(found, "code", ""))
def test_only_who_is_registered_is_known_from_the_start(person: Person, means: Means) -> None:
    assert means.registered == (means.about not in ("newcomer", "abroad", "low_level", "second_certificate"))


@pytest.mark.parametrize(
    ("accepted", "said"), [("fr-LU", "Bac à sable"), ("lb", "Sandkëscht"), ("pt", "Sandbox")]
)
def test_a_page_speaks_the_browser_s_language(http: httpx.Client, accepted: str, said: str) -> None:
    assert said in http.get("/", headers={"Accept-Language": accepted}).text


def test_a_page_speaks_the_language_that_is_chosen(http: httpx.Client) -> None:
    page = http.get("/?lang=de", headers={"Accept-Language": "fr"}).text
    assert '<html lang="de">' in page
    assert 'hreflang="lb"' in page


def test_a_card_says_the_number_that_a_newcomer_is_going_to_be_asked_for(app: Flask) -> None:
    with app.test_request_context("/"):
        shown = {card.code: " ".join(card.about) for card in cards("luxtrust")}
    assert "1998020820651" in shown["newcomer"]
    assert not any("1985041220134" in about for about in shown.values())
