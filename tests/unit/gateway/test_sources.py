"""The page of what authorities hold: what is shown, what is said when nothing is, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.blueprints.spaces import source_words as words
from services.contracts.identity import FinishLogin, Principal
from services.contracts.sources import BASES, ENTRIES, GROUPS, SOURCES, Entry
from services.spaces.domain.sources import Record, SourceAway, SourcePaused, Subject
from tests.unit.gateway import journey
from tests.unit.gateway.conftest import NOW, World, make_world
from tests.unit.spaces.fake_sources import LEAS_COMPANY, LEAS_NUMBER, record

PAGE = "/spaces/private/sources"
OTHER_NUMBER = "1966060607762"


@pytest.fixture
def own(world: World) -> Any:
    """The browser of Léa, who has registered her number and has a private space."""
    return opened(world)


def opened(world: World, number: str = LEAS_NUMBER) -> Any:
    world.identity.national_number = number
    browser = world.browser()
    journey.log_in(browser)
    browser.post("/space/open")
    return browser


def held(world: World) -> Any:
    return world.spaces.world.registers.persons


def test_data_are_shown_with_the_registers_date_and_when_it_was_asked(own: Any) -> None:
    page = own.get(PAGE)
    assert page.status_code == 200
    assert "Register of insured persons" in page.text
    assert "As of Monday, 23 November 2026, 05:00" in page.text
    assert "Asked for at 08:00" in page.text
    assert '<dd class="app-long">Muster</dd>' in page.text
    assert "older than usual" not in page.text


def test_the_page_stands_in_the_navigation_of_the_space(own: Any) -> None:
    page = own.get(PAGE).text
    assert f'<a href="{PAGE}" aria-current="page">Data held by authorities</a>' in page


def test_each_time_the_page_is_opened_the_register_is_asked(world: World, own: Any) -> None:
    own.get(PAGE)
    own.get(PAGE)
    assert held(world).asked == [LEAS_NUMBER, LEAS_NUMBER]


def test_no_number_stands_in_an_address_of_the_page(own: Any) -> None:
    page = own.get(PAGE).text
    addresses = [part.partition('"')[0] for part in page.split('href="')[1:]]
    assert addresses
    assert not [address for address in addresses if LEAS_NUMBER in address or "person-" in address]


def test_old_data_are_said_to_be_old(world: World, own: Any) -> None:
    held(world).held[LEAS_NUMBER] = record(as_of=NOW - timedelta(days=40))
    assert "These data are older than usual" in own.get(PAGE).text


@pytest.mark.parametrize("somebody", [None, record("Otto", "Anderswer")])
def test_no_data_and_those_of_somebody_else_are_told_in_the_same_words(
    world: World, somebody: Record | None
) -> None:
    browser = opened(world, OTHER_NUMBER)
    held(world).held = {OTHER_NUMBER: somebody} if somebody else {}
    page = browser.get(PAGE).text
    assert "The register holds no data that can be shown here." in page
    assert "Anderswer" not in page
    assert "names in the register are those on your certificate" in page


def test_a_certificate_with_a_day_of_birth_has_to_agree_in_that_too(world: World, own: Any) -> None:
    """The log-in of these tests says 12 April 1985."""
    as_of, groups = record().as_of, record().groups
    held(world).held[LEAS_NUMBER] = Record(as_of, groups, Subject("Léa", "Muster", NOW.date()))
    assert "no data that can be shown" in own.get(PAGE).text


def test_a_register_that_is_away_is_said_to_be_so(world: World, own: Any) -> None:
    held(world).trouble = SourceAway("unreachable")
    page = own.get(PAGE)
    assert page.status_code == 200
    assert "The register does not answer at the moment." in page.text
    assert "try again in a few minutes" in page.text
    assert "no data that can be shown" not in page.text


def test_a_register_that_is_left_alone_says_when_it_is_asked_again(world: World, own: Any) -> None:
    held(world).trouble = SourcePaused(timedelta(seconds=30))
    page = own.get(PAGE).text
    assert "asked again in 30 seconds at the earliest" in page
    assert "Asked for at" not in page


def test_without_a_registered_number_the_page_says_why_nothing_is_asked(world: World) -> None:
    browser = opened(world, "")
    assert "No national number is registered for you." in browser.get(PAGE).text
    assert held(world).asked == []


def test_where_no_register_is_connected_the_page_says_so(
    world: World, own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = world.spaces.world.sources
    monkeypatch.setattr(type(sources), "look_up", type(sources)(sources.clock, sources.doors, {}).look_up)
    page = own.get(PAGE)
    assert page.status_code == 200
    assert "No register is connected at present." in page.text
    assert "Ask again" not in page.text


def test_what_a_register_writes_is_text(world: World, own: Any) -> None:
    held(world).held[LEAS_NUMBER] = record("Léa", "Muster <b>")
    found = held(world).held[LEAS_NUMBER]
    held(world).held[LEAS_NUMBER] = Record(found.as_of, found.groups, record().subject)
    assert "Muster &lt;b&gt;" in own.get(PAGE).text


def test_a_private_space_that_is_not_there_has_no_such_page(world: World) -> None:
    browser = world.browser()
    journey.log_in(browser)
    assert browser.get(PAGE).status_code == 404
    assert held(world).asked == []


def test_nobody_reads_it_without_a_log_in(world: World) -> None:
    answer = world.browser().get(PAGE)
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")


def test_who_asks_too_often_waits() -> None:
    world = make_world(rate_limits=("sources=60/0/2",))
    browser = opened(world)
    assert [browser.get(PAGE).status_code for _ in range(3)] == [200, 200, 429]
    assert len(held(world).asked) == 2


# --- companies ---


def test_a_professional_space_shows_what_is_held_on_its_company(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = _pro(world, monkeypatch, LEAS_COMPANY)
    address = _made(browser)
    page = browser.get(f"{address}/sources").text
    assert "Register of employers" in page
    assert "Muster S.à r.l." in page
    assert world.spaces.world.registers.employers.asked == [LEAS_COMPANY]
    assert held(world).asked == []


def test_a_space_made_with_a_private_certificate_knows_no_company(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = _pro(world, monkeypatch, "")
    assert "made without a Pro certificate" in browser.get(f"{_made(browser)}/sources").text


def _pro(world: World, monkeypatch: pytest.MonkeyPatch, company_id: str) -> Any:
    """The browser of Léa with a Pro certificate, or with a private one."""
    log_in = world.identity.finish_login

    def with_company(request: FinishLogin) -> Principal:
        principal = log_in(request)
        values = {name: getattr(principal, name) for name in Principal.__dataclass_fields__}
        return Principal(**{**values, "company_id": company_id, "kind": "pro" if company_id else "private"})

    monkeypatch.setattr(world.identity, "finish_login", with_company)
    browser = world.browser()
    journey.log_in(browser)
    return browser


def _made(browser: Any) -> str:
    answer = browser.post("/spaces/new", {"name": "Muster", "request_key": "key-1"})
    return str(answer.location)


# --- words ---


@pytest.mark.parametrize("language", ["de", "fr", "en", "lb"])
def test_there_is_a_word_for_whatever_a_register_says(world: World, language: str) -> None:
    with world.app.test_request_context(f"/?lang={language}"):
        codes = [
            *((words.source, code) for code in SOURCES),
            *((words.group, code) for code in GROUPS),
            *((words.entry, code) for code in ENTRIES),
        ]
        assert not [code for word, code in codes if word(code) == code]
        assert "_" not in "".join(words.value(Entry(name="basis", text=code)) for code in BASES)
        assert words.value(Entry(name="country", text="LU")) != "LU"
        assert words.value(Entry(name="city", text="employee")) == "employee"
