"""One table for all errors; pages and problem documents made of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask_babel import force_locale
from redis import ConnectionError as RedisDown

from gateway.error_pages import answer
from gateway.errors import PROBLEMS, RULES, duration, problem_of, sentence_of, type_of
from gateway.i18n import LANGUAGES
from services.contracts import errors
from services.contracts.document_errors import QuotaExceeded, TooManyDocuments
from services.contracts.errors import (
    ERRORS,
    InvalidField,
    PlatformError,
    ServiceTimeout,
    ServiceUnavailable,
    SlotTaken,
)

SCRIPT = {"Sec-Fetch-Dest": "empty"}


@pytest.mark.parametrize("error", [*ERRORS.values(), PlatformError], ids=lambda error: error.__name__)
def test_every_error_has_a_row(error: type[PlatformError]) -> None:
    assert error in PROBLEMS
    assert 400 <= PROBLEMS[error].status < 600


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.__name__)
@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_error_has_a_sentence_in_each_complete_language(
    world: Any, error: type[PlatformError], language: str
) -> None:
    with world.app.test_request_context():
        fault = error(*("20" for _ in error.fields))
        english = sentence_of(fault)
        with force_locale(language):
            assert sentence_of(fault) != english
        assert "%(" not in english


def test_no_row_is_for_an_error_that_is_gone() -> None:
    assert set(PROBLEMS) - set(ERRORS.values()) == {errors.PlatformError}


def test_every_language_is_offered() -> None:
    assert set(LANGUAGES) == {"de", "fr", "en", "lb"}


def test_details_stand_in_the_sentence(world: Any) -> None:
    with world.app.test_request_context():
        assert sentence_of(TooManyDocuments("20")) == "There can be no more than 20 files here."
        assert "1.5 MB are free" in sentence_of(QuotaExceeded("1500000"))


@pytest.mark.parametrize("rule", [*RULES, "never heard of"])
def test_every_rule_of_a_field_has_a_sentence(world: Any, rule: str) -> None:
    with world.app.test_request_context():
        assert sentence_of(InvalidField("email", rule)).endswith(".")


def test_an_error_class_without_a_row_takes_its_parents() -> None:
    class Unheard(SlotTaken):
        pass

    ERRORS.pop("Unheard")
    assert problem_of(Unheard()) is PROBLEMS[SlotTaken]
    assert type_of(SlotTaken()) == "/problems/slot-taken"


@pytest.mark.parametrize(
    ("fault", "status"), [(ServiceUnavailable("booking"), 503), (ServiceTimeout("booking"), 504)]
)
def test_scripts_get_a_problem_document(world: Any, browser: Any, fault: PlatformError, status: int) -> None:
    world.bus.fault = fault
    response = browser.get("/login", headers=SCRIPT)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = json.loads(response.text)
    assert problem["code"] == type(fault).__name__
    assert problem["retryable"] is True
    assert problem["details"] == {"service": "booking"}
    assert problem["correlation_id"] == response.headers["X-Request-ID"]


def test_a_defect_is_a_page_that_says_so_and_tells_nothing(world: Any, browser: Any) -> None:
    world.bus.fault = RuntimeError("secret of the inside")
    page = browser.get("/login")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert "secret" not in page.text
    assert page.headers["X-Request-ID"] in page.text


def test_a_lost_session_store_is_a_page_with_a_way_to_retry(
    world: Any, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post("/book/login", {"way": "without"})

    def down(*_: object, **__: object) -> None:
        raise RedisDown

    monkeypatch.setattr(world.redis, "getex", down)
    page = browser.get("/book/welcome")
    assert page.status_code == 503
    assert "Try again" in page.text


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/logout", 405)])
def test_http_errors_are_pages_in_the_readers_language(browser: Any, path: str, status: int) -> None:
    page = browser.get(path, headers={"Accept-Language": "de"})
    assert page.status_code == status
    assert "Es gibt ein Problem" in page.text


def test_an_error_of_our_own_making_has_the_callers_form(world: Any) -> None:
    with world.app.test_request_context("/api/v1/slots"):
        assert answer(404, "Nothing.", "/problems/x").mimetype == "application/problem+json"


def test_a_malformed_correlation_id_is_replaced(browser: Any) -> None:
    assert (
        browser.get("/", headers={"X-Request-ID": "abcdefgh12345678"}).headers["X-Request-ID"]
        == "abcdefgh12345678"
    )
    assert "<" not in browser.get("/", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (89, "89 seconds"), (121, "3 minutes"), (600, "10 minutes"), (3600, "60 minutes")],
)
def test_a_wait_is_said_as_a_person_says_it_and_never_too_short(world: Any, seconds: int, said: str) -> None:
    with world.app.test_request_context():
        assert duration(seconds) == said
