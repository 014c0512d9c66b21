"""axe finds nothing on the pages of the path, on a phone and on a desk; the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from tests.e2e.files_to_send import identity_card
from tests.e2e.journey import prove_address
from tests.e2e.mailbox import fresh_address
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look
from tests.unit.gateway.journey import NATIONAL_NUMBER

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration


def _submit(page: Page) -> None:
    page.locator("main form[novalidate] button.govuk-button").last.click()


def _walk(page: Page, origin: str, seen: Callable[[str], None]) -> None:
    """The path without a log-in as far as the upload, each page right and wrong."""
    page.goto(f"{origin}/")
    seen("start")
    page.goto(f"{origin}/book")
    _submit(page)
    seen("way, refused")
    page.check("input[value=without]")
    _submit(page)
    seen("welcome")
    page.check("input[name=consent]")
    _submit(page)
    page.goto(f"{origin}/book/elsewhere")
    seen("elsewhere")
    page.goto(f"{origin}/book/subject")
    page.check("input[value=information-documents]")
    seen("subject")
    _submit(page)
    page.check("input[value=video-demo]")
    seen("kind")
    _submit(page)
    seen("time, many times a day")
    page.goto(f"{origin}/book/kind")
    page.check("input[value=video]")
    _submit(page)
    for query in ("", "?part=afternoon", "?week=9999-12-27", "?day=2000-01-01"):
        page.goto(f"{origin}/book/time{query}")
        seen(f"time {query}")
    page.goto(f"{origin}/book/time")
    page.locator("button.app-slot").nth(9).click()
    seen("person")
    _submit(page)
    seen("person, refused")
    email = fresh_address()
    _fill_person(page, email)
    page.check("input[value=another]")
    _submit(page)
    seen("insured")
    _submit(page)
    seen("insured, refused")
    _fill_insured(page)
    _submit(page)
    seen("address")
    page.fill("input[name=code]", "no code")
    page.locator("#step-form button.govuk-button").click()
    seen("address, refused")
    prove_address(page, email)
    page.wait_for_url("**/book/identity")
    seen("identity, two people")
    for index, field in enumerate(("#file", "#file-insured")):
        page.locator(field).set_input_files(identity_card().chosen())
        with page.expect_navigation():  # the upload's script opens the page anew
            page.locator(f"form:has({field}) button[type=submit]").click()
        page.locator(".app-speaker .app-card").nth(index).wait_for()
    seen("identity, two copies")
    page.locator("main form button.govuk-button").last.click()
    page.wait_for_url("**/book/review")
    seen("review")
    page.locator("main form button.govuk-button").last.click()
    page.wait_for_url("**/book/done")
    seen("done")
    for path in (
        "/appointment/move",
        "/appointment/move?week=9999-12-27&part=morning",
        "/appointment/cancel",
    ):
        page.goto(f"{origin}{path}")
        seen(path)
    for path in ("/link", "/l/forged", "/login", "/nothing", "/dev/clock"):
        page.goto(f"{origin}{path}")
        seen(path)


def _fill_person(page: Page, email: str) -> None:
    values = {
        "first_name": "Léa",
        "last_name": "Muster",
        "national_number": NATIONAL_NUMBER,
        "email": email,
        "phone": "+352 621 123 456",
        "street": "1, rue de l'Essai",
        "postal_code": "1234",
        "city": "Luxembourg",
    }
    for name, value in values.items():
        page.fill(f"input[name={name}]", value)
    page.check("input[value=myself]")
    page.select_option("select[name=country]", "LU")


def _fill_insured(page: Page) -> None:
    page.fill("input[name=first_name]", "Anne-Marguerite-Élisabeth")
    page.fill("input[name=last_name]", "Mustermann-Wolkenstein von und zu Hohenfels-Langenburg")
    page.fill("input[name=national_number]", NATIONAL_NUMBER)
    page.check("input[name=speaks][value=yes]")


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "de"), (DESK, "en")], ids=["phone", "desk"])
def test_axe_the_width_and_the_content_policy_find_nothing_on_the_path(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    look = Look(page)

    _walk(page, platform.urls["public"], look)
    assert look.faults == []


def test_the_keyboard_is_enough_to_choose_a_time(
    platform: Platform, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en").new_page()
    page.goto(platform.urls["public"] + "/book")
    _tab_to(page, "input[name=way]", "Space", arrow=True)
    _tab_to(page, "main button.govuk-button", "Enter")
    _tab_to(page, "input[name=consent]", "Space")
    _tab_to(page, "main button.govuk-button", "Enter")
    _tab_to(page, "input[name=subject]", "Space")
    _tab_to(page, "main button.govuk-button", "Enter")
    _tab_to(page, "input[name=kind]", "Space")
    _tab_to(page, "main button.govuk-button", "Enter")
    _tab_to(page, "button.app-slot", "Enter")
    page.wait_for_url("**/book/person")
    assert page.locator("[data-seconds-left]").is_visible()


def _tab_to(page: Page, target: str, key: str, *, arrow: bool = False) -> None:
    """Press Tab until the target has the focus, then the key; `arrow` goes on to the next radio first."""
    page.wait_for_load_state()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", target):
            break
    else:
        raise AssertionError(f"Tab never reached {target}")
    if arrow:
        page.keyboard.press("ArrowDown")
    before = page.url
    page.keyboard.press(key)
    if key == "Enter":
        page.wait_for_url(lambda url: url != before)
