"""The helpdesk revokes a means of logging in and makes it valid again, through the whole platform."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

CITIZEN, NUMBER, ADDRESS = "pensioner", "10000000000000000003", "marie-louise.muster-demo@example.lu"
NOTICE = "Sécherheet vun Ärem Kont bei der CNS"
REASON = "Card lost, says the caller; called back on the number that we know"


@pytest.fixture
def somebody(stage: World) -> Iterator[Callable[[], PlainBrowser]]:
    """Open a browser of a person's own."""
    opened: list[PlainBrowser] = []

    def open_one() -> PlainBrowser:
        opened.append(PlainBrowser(stage.origin))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.__exit__()


def change(desk: PlainBrowser, words: str) -> PlainBrowser:
    """From the account through reason and question, back to the account."""
    desk.follow(words)
    page = desk.path
    assert "This entry is missing" in desk.post(page, {"reason": "  "}).text
    desk.post(page, {"reason": REASON})
    assert REASON in desk.text
    return desk.post(page, {"reason": REASON, "confirmed": "yes"})


def test_the_helpdesk_revokes_and_reinstates_and_the_citizen_notices(
    stage: World, somebody: Callable[[], PlainBrowser]
) -> None:
    citizen = somebody().log_in("/space", CITIZEN)
    assert citizen.path == "/space"
    desk = somebody().log_in("/console/persons/", "Hanna Demo")
    desk.post("/console/persons/", {"query": f"{NUMBER[:10]} {NUMBER[10:]}"})
    account = desk.path
    assert re.fullmatch(r"/console/persons/[\w-]+/", account)
    assert NUMBER in desk.text

    change(desk, "Revoke")
    assert desk.path == account
    assert REASON in desk.text
    assert citizen.open("/space").path == "/login", "the session that was open is over"
    told = stage.mailbox.entitled(ADDRESS, NOTICE)[-1]
    assert "Den Helpdesk huet e Login-Mëttel widderruff" in told.subject
    assert NUMBER[-4:] in told.text
    assert NUMBER not in told.text
    assert "://" not in told.text
    citizen.log_in("/space", CITIZEN)
    assert (citizen.page.status_code, "revoked" in citizen.text) == (403, True), citizen.text

    change(desk, "Make it valid again")
    stage.mailbox.entitled(ADDRESS, f"{NOTICE}: E widderruffent Login-Mëttel gëllt erëm")
    assert citizen.log_in("/space", CITIZEN).path == "/space"


@pytest.mark.parametrize("name", ["Anna Demo", "Sam Demo"])
def test_agents_and_supervisors_see_no_account(somebody: Callable[[], PlainBrowser], name: str) -> None:
    member = somebody().log_in("/console/", name)
    assert "/console/persons/" not in member.page.text
    assert member.open("/console/persons/").page.status_code == 403


def test_who_is_looked_for_stands_in_no_address_of_a_page(somebody: Callable[[], PlainBrowser]) -> None:
    desk = somebody().log_in("/console/persons/", "Ari Demo")
    desk.post("/console/persons/", {"query": ADDRESS})
    assert ADDRESS in desk.text
    assert ADDRESS not in str(desk.page.url)
