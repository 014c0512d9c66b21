"""axe finds nothing on the pages of an account, on a phone and on a desk; nothing is too wide."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from deploy.dev.platform import Platform
from services.chassis.clock import TimeMachine
from tests.e2e import journey
from tests.integration.gateway.looking import DESK, SMALL_PHONE, Look

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.integration

ABROAD = "abroad"
"""Logs in by eIDAS and is never registered by this test."""


def walk(page: Page, origin: str, seen: Callable[[str], None]) -> None:
    """Every page that needs no second certificate, right and wrong."""
    page.goto(f"{origin}/login?next=/space")
    journey.log_in(page, ABROAD)
    page.wait_for_url("**/account/register?next=/space")
    seen("register")
    _submit(page)
    seen("register, refused")
    page.goto(f"{origin}/account")
    seen("account, not registered")
    page.locator("form[action$='end-all'] button").click()
    seen("logged out")
    page.goto(f"{origin}/login?next=/account")
    journey.log_in(page, "resident")
    page.wait_for_url(re.compile("/account$"))
    seen("account")
    for name in ("link", "address"):
        page.goto(f"{origin}/account/{name}")
        seen(name)
    _submit(page, "not an address")
    seen("address, refused")


def walk_late(page: Page, origin: str, machine: TimeMachine, seen: Callable[[str], None]) -> None:
    """After the five minutes, and as staff."""
    machine.shift(timedelta(minutes=6))
    try:
        page.goto(f"{origin}/account/link")
        page.wait_for_url("**/account/login-again**")
        seen("log in again")
    finally:
        machine.reset()
    page.goto(f"{origin}/console/login?next=/console/sessions")
    journey.log_in(page, "Hanna Demo")
    page.wait_for_url("**/console/sessions")
    seen("sessions of staff")


def _submit(page: Page, address: str = "") -> None:
    page.fill("main [name=email]", address)
    with page.expect_navigation():
        page.locator("main form[novalidate] button.govuk-button").click()


@pytest.mark.parametrize(("size", "locale"), [(SMALL_PHONE, "de"), (DESK, "fr")], ids=["phone", "desk"])
def test_axe_and_the_width_find_nothing_on_the_pages_of_an_account(
    platform: Platform, new_context: Callable[..., BrowserContext], size: dict[str, int], locale: str
) -> None:
    page = new_context(viewport=size, locale=locale).new_page()
    machine = TimeMachine(platform.env("gateway-pages")["CLOCK_URL"])
    look = Look(page)

    walk(page, platform.urls["public"], look)
    walk_late(page, platform.urls["public"], machine, look)
    machine.close()
    assert look.faults == []
