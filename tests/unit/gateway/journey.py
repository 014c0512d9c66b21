"""The steps of the path as a citizen's browser sends them."""

from __future__ import annotations

import re
from typing import Any

from services.contracts.national_number import check_digits

NATIONAL_NUMBER = "19850412201" + check_digits("19850412201")
TEN = "2026-11-23T10:00:00+00:00"

PERSON = {
    "for_whom": "myself",
    "first_name": "Léa",
    "last_name": "Muster",
    "national_number": NATIONAL_NUMBER,
    "birth_date-day": "",
    "birth_date-month": "",
    "birth_date-year": "",
    "birth_place": "",
    "email": "lea.muster@example.org",
    "phone": "621 123 456",
    "street": "1, rue de l'Essai",
    "postal_code": "1234",
    "city": "Luxembourg",
    "country": "LU",
}

INSURED = {
    "first_name": "Tom",
    "last_name": "Muster",
    "national_number": NATIONAL_NUMBER,
    "speaks": "no",
}


def consent(browser: Any) -> None:
    browser.post("/book/login", {"way": "without"})
    browser.post("/book/welcome", {"consent": "yes"})


def choose_matter(browser: Any) -> None:
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video", "topic": ""})


def choose_time(browser: Any, starts_at: str = TEN, page_key: str = "page-1") -> Any:
    return browser.post("/book/time", {"language": "de", "starts_at": starts_at, "page_key": page_key})


def as_far_as_time(browser: Any) -> None:
    consent(browser)
    choose_matter(browser)


def as_far_as_person(browser: Any) -> None:
    as_far_as_time(browser)
    choose_time(browser)


def give_person(world: Any, browser: Any, **changed: str) -> Any:
    """The person's page and the code that comes by mail."""
    form = {**PERSON, **changed}
    browser.post("/book/person", form)
    return type_code(world, browser, form["email"])


def type_code(world: Any, browser: Any, email: str = PERSON["email"]) -> Any:
    return browser.post("/book/address", {"code": world.bus.notify.codes[email][-1]})


def log_in(browser: Any, person: str = "resident", audience: str = "citizen", back: str = "") -> Any:
    """By the fake provider, to the page that follows."""
    answer(browser, begin(browser, audience, back), person)
    return browser.get("/login/finish")


def begin(browser: Any, audience: str = "citizen", back: str = "") -> str:
    """The id of the log-in that has begun."""
    return login_id_of(browser.post("/login/luxtrust", {"audience": audience, "next": back}))


def login_id_of(page: Any) -> str:
    """From the page that leads to the provider."""
    found = re.search('name="RelayState" value="([^"]+)"', page.text)
    assert found is not None, page.status
    return found[1]


def answer(browser: Any, login_id: str, person: str = "resident", field: str = "RelayState") -> Any:
    """The provider's, posted from its site."""
    return browser.client.post(
        "/login/luxtrust/callback",
        base_url="https://localhost",
        data={field: login_id, "person": person},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://provider.example"},
    )


def as_far_as_review(browser: Any) -> None:
    """Logged in, so that no copy is needed."""
    log_in(browser)
    browser.post("/book/welcome", {"consent": "yes"})
    choose_matter(browser)
    choose_time(browser)
    browser.post("/book/person", PERSON)
