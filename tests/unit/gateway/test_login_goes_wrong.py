"""A log-in that goes wrong ends on a page that says why as far as it helps, and leads on."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from services.contracts.errors import LoginRefused, NotFound, ServiceUnavailable
from tests.unit.gateway.journey import answer, begin

LANGUAGES = ("en", "de", "fr", "lb")


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Reason and provider of each refusal in the log, which knows nothing of the answer."""
    assert not any("private-answer" in str(vars(record)) for record in caplog.records)
    refused = [record for record in caplog.records if record.getMessage() == "log-in refused"]
    return [(vars(record)["reason"], vars(record)["provider"]) for record in refused]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("provider_unreachable", "does not answer at the moment"),
        ("provider_faulty", "does not answer at the moment"),
        ("expired", "clock of the service"),
        ("not_yet_valid", "clock of the service"),
        ("replay", "used already"),
        ("unknown_or_spent", "used already"),
        ("issuer", "happens again"),
        ("signature", "happens again"),
        ("level_too_low", "not secure enough"),
        ("cancelled", "stopped before the end"),
    ],
)
def test_who_is_refused_reads_why_and_may_try_again_where_he_was(
    world: Any, browser: Any, caplog: pytest.LogCaptureFixture, reason: str, said: str
) -> None:
    login_id = begin(browser, back="/book/welcome")
    world.bus.fault_of["finish_login"] = LoginRefused(reason)
    with caplog.at_level(logging.INFO):
        page = answer(browser, login_id, "private-answer")
    assert page.status_code == 403
    assert said in page.text
    assert 'href="/login?next=/book/welcome"' in page.text
    assert "Code for the helpdesk" in page.text
    assert told(caplog) == [(reason, "luxtrust")]


@pytest.mark.parametrize(
    ("fault", "reason", "said"),
    [
        (LoginRefused("provider_unreachable"), "provider_unreachable", "does not answer at the moment"),
        (NotFound("provider"), "unknown_provider", "does not exist, or not any more"),
    ],
)
def test_a_provider_that_is_away_or_unknown_is_told_before_anybody_leaves(
    world: Any, browser: Any, caplog: pytest.LogCaptureFixture, fault: Exception, reason: str, said: str
) -> None:
    world.bus.fault_of["begin_login"] = fault
    with caplog.at_level(logging.INFO):
        page = browser.post("/login/nobody", {"audience": "citizen", "next": "/book/welcome"})
    assert page.status_code == 403
    assert said in page.text
    assert 'href="/login?next=/book/welcome"' in page.text
    assert told(caplog) == [(reason, "nobody")]


def test_who_asks_while_identity_is_away_reads_that(world: Any, browser: Any) -> None:
    world.bus.fault_of["begin_login"] = ServiceUnavailable("identity")
    page = browser.post("/login/luxtrust", {"audience": "citizen"})
    assert page.status_code == 503
    assert "does not answer at the moment" in page.text


def test_an_answer_after_ten_minutes_finds_nothing_and_says_so(
    browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    login_id = begin(browser)
    browser.client.delete_cookie("__Host-sid-login")  # as a browser does when its time is over
    with caplog.at_level(logging.INFO):
        page = browser.get(answer(browser, login_id, "private-answer").location)
    assert page.status_code == 403
    assert "longer than ten minutes" in page.text
    assert 'href="/login"' in page.text
    assert told(caplog) == [("not_begun_here", "luxtrust")]


def test_an_answer_that_comes_again_leads_on_who_is_logged_in(browser: Any) -> None:
    login_id = begin(browser)
    assert browser.get(answer(browser, login_id).location).location == "/space"
    again = answer(browser, login_id).location
    assert browser.get(again).location == "/space"
    assert browser.get("/login/finish").location == "/space"


def test_a_second_tab_loses_nothing(browser: Any) -> None:
    first, second = begin(browser), begin(browser)
    late = answer(browser, first).location
    assert browser.get(late).status_code == 403
    assert browser.get(answer(browser, second).location).location == "/space"
    assert browser.get(late).location == "/space"


def test_who_goes_back_half_way_begins_again(browser: Any) -> None:
    begin(browser)
    assert browser.get("/login/luxtrust").location == "/login"
    assert browser.get(answer(browser, begin(browser)).location).location == "/space"


def test_staff_begin_again_at_their_own_door(world: Any, browser: Any) -> None:
    login_id = begin(browser, "staff")
    world.bus.fault_of["finish_login"] = LoginRefused("expired")
    assert 'href="/console/login' in answer(browser, login_id).text


def test_each_sentence_is_in_the_reader_s_language(world: Any, browser: Any) -> None:
    for reason in ("provider_unreachable", "expired", "replay", "unknown_provider", "cancelled", "acr", "x"):
        world.bus.fault_of["begin_login"] = LoginRefused(reason)
        pages = [browser.post(f"/login/luxtrust?lang={name}", {}).text for name in LANGUAGES]
        sentences = [page.partition('<p class="govuk-body-l">')[2].partition("</p>")[0] for page in pages]
        assert len(set(sentences)) == len(LANGUAGES), sentences
