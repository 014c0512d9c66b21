"""The sandbox's pages in a real browser: readable, narrow enough for a phone, operable with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from deploy.dev.platform import Platform
from deploy.dev.servers.sandbox import sandbox_url
from services.chassis.clock import SystemClock
from services.chassis.ids import new_id
from services.identity.domain.login import PendingLogin
from tests.sandbox import providers_of
from tests.service_process import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("sandbox"), only=["sandbox"]) as started:
        yield started


def arrive(page: Page, sandbox: Platform, code: str) -> None:
    """With a question of the platform."""
    told = sandbox.env("identity")
    provider = providers_of(Path(told["PROVIDERS_FILE"]), told["PUBLIC_URL"])[code]
    departure = provider.begin(PendingLogin(new_id(), code, "", SystemClock().now()))
    if not departure.form:
        page.goto(departure.url)
    else:
        fields = "".join(f'<input type="hidden" name="{n}" value="{v}">' for n, v in departure.form.items())
        page.set_content(f'<form method="post" action="{departure.url}">{fields}<button>Go</button></form>')
        page.get_by_role("button").click()
    page.get_by_role("heading", level=1).wait_for()


def faults(page: Page) -> list[str]:
    """What axe finds, and whether a narrow screen must scroll sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document)")
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]] + ["too wide"] * wide


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", ["luxtrust", "eidas", "staff"])
def test_axe_finds_nothing_in_the_galleries(
    sandbox: Platform,
    new_context: Callable[..., BrowserContext],
    viewport: dict[str, int],
    scheme: str,
    code: str,
) -> None:
    page = new_context(locale="lb", viewport=viewport, color_scheme=scheme, bypass_csp=True).new_page()
    arrive(page, sandbox, code)
    assert "Wien sidd Dir?" in page.content()
    assert faults(page) == []


def test_axe_finds_nothing_elsewhere(sandbox: Platform, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(locale="de", viewport=PHONE, bypass_csp=True).new_page()
    origin = sandbox_url(sandbox.site)
    for path in ("/", "/staff/sign-out", "/luxtrust/sign-in/nobody"):
        page.goto(f"{origin}{path}?{urlencode({'lang': 'fr'})}")
        assert "Bac à sable" in page.title()
        assert faults(page) == []


def test_a_person_is_chosen_with_the_keyboard_and_the_answer_leaves_by_itself(
    sandbox: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context(locale="en")
    posted: list[str] = []
    context.on("request", lambda request: posted.append(f"{request.method} {request.url}"))
    page = context.new_page()
    arrive(page, sandbox, "luxtrust")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.value") == "resident"
    with page.expect_request("**/login/luxtrust/callback"):
        page.keyboard.press("Enter")
    callback = f"{sandbox.urls['public']}/login/luxtrust/callback"
    assert f"POST {callback}" in posted


def test_without_scripts_a_button_leads_back(
    sandbox: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en", java_script_enabled=False).new_page()
    arrive(page, sandbox, "eidas")
    page.get_by_role("button", name="Jonas Muster").click()
    with page.expect_request("**/login/eidas/callback"):
        page.get_by_role("button", name="Continue").click()
