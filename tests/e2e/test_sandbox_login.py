"""The log-ins of the demonstration, by the real protocols, whatever the platform's clock says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from deploy.dev.servers.sandbox import sandbox_url
from tests.e2e import journey
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World
from tests.sandbox import CANCEL

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("page", "person", "name"),
    [
        ("/space", "resident", "Léa Muster"),
        ("/space", "pro", "Nora Beispiel"),
        ("/space", "commuter", "Jonas Muster"),
        ("/console/", "supervisor-sam", "Sam Demo"),
    ],
)
def test_each_provider_leads_back_as_the_person_chosen(
    plain: PlainBrowser, page: str, person: str, name: str
) -> None:
    assert name in plain.log_in(page, person).text


@pytest.mark.parametrize("days", [-3, 40])
def test_a_log_in_works_while_the_platform_s_clock_is_elsewhere(
    stage: World, plain: PlainBrowser, days: int
) -> None:
    stage.travel(days=days)
    assert "Jonas Muster" in plain.log_in("/space", "commuter").text
    with PlainBrowser(stage.origin) as desk:
        assert "Anna Demo" in desk.log_in("/console/", "Anna Demo").text


def test_in_a_browser_the_way_there_and_back_needs_two_clicks(
    stage: World, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en").new_page()
    page.goto(f"{stage.origin}/login?next=/space")
    journey.log_in(page, "resident")
    page.wait_for_url("**/space")
    assert "Léa Muster" in page.locator("header").inner_text()


def test_who_is_not_secure_enough_reads_it(plain: PlainBrowser) -> None:
    assert "not secure enough" in plain.log_in("/space", "low-level").text


def test_who_gives_up_may_try_again(plain: PlainBrowser) -> None:
    plain.open("/login?next=/space").post("/login/luxtrust", {"audience": "citizen", "next": "/space"})
    assert "stopped before the end" in plain.prove(CANCEL).text
    assert "Léa Muster" in plain.log_in("/space", "resident").text


def test_signing_out_of_the_staff_account_ends_the_console(platform: Platform, plain: PlainBrowser) -> None:
    plain.log_in("/console/", "Hanna Demo")
    assert plain.open("/console/").path == "/console/"
    plain.elsewhere.post(f"{sandbox_url(platform.site)}/staff/sign-out")
    assert plain.open("/console/").path == "/console/login"
